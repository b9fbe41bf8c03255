//! Classes with a table → the arguments of `op.create_table`.

use crate::engine::python::{Binding, ClassObject, Modules, PyCall, PyKind, PyObject, PyValue};
use crate::engine::span::{DocumentId, Span};
use crate::limits;
use crate::ordered::Set;

use super::annotated::{self, Annotated};
use super::evaluate::unknown;

/// What of a class with a table is no column of it.
const BESIDE: &[&str] = &[
    "relationship",
    "relation",
    "dynamic_loader",
    "association_proxy",
    "synonym",
    "column_property",
    "query_expression",
    "hybrid_property",
    "composite",
    "Index",
];
/// A model as the arguments of `op.create_table`; what is not understood of it leaves columns open.
pub(super) fn model(modules: &Modules<'_>, class: &ClassObject) -> PyCall {
    let span = class.members.first().map_or(Span::whole(DocumentId(0)), |(_, one)| one.span);
    let mut family = Vec::new();
    let mut open = false;
    let mut strange = false;
    family_of(modules, class, &mut family, (&mut open, &mut strange));
    let (mut args, mut kwargs) = (Vec::new(), Vec::new());
    let mut seen = Set::new();
    let named = |wanted: &str| {
        let mut all = family.iter().flat_map(|class| &class.members);
        all.find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
    };
    args.extend(named("__tablename__"));
    let annotated =
        Annotated { modules, types: if strange { None } else { annotated::types(&family) } };
    for class in &family {
        for field in fields(class) {
            if field.name.starts_with("__") || !seen.insert(field.name.to_owned()) {
                continue;
            }
            match member(&annotated, &class.home, &field) {
                Member::Column(column) => args.push(column),
                Member::Nothing => {}
                Member::Unknown => open = true,
            }
        }
    }
    match named("__table_args__").map(|more| more.kind) {
        None => {}
        Some(PyKind::Dict(pairs)) => open |= !options(&pairs, &mut kwargs),
        Some(PyKind::Tuple(mut all)) => {
            if let Some(PyKind::Dict(pairs)) = all.last().map(|last| &last.kind) {
                open |= !options(pairs, &mut kwargs);
                all.pop();
            }
            args.extend(all);
        }
        Some(_) => open = true,
    }
    if open {
        args.push(PyValue { kind: PyKind::Starred(Box::new(unknown(span))), span });
    }
    let path = ["sqlalchemy", "Table"].map(str::to_owned).to_vec();
    PyCall { function: PyValue { kind: PyKind::Path(path), span }, args, kwargs }
}

type Named = Vec<(Option<String>, PyValue)>;

/// `{"schema": "x"}` as arguments; false where a name is not known.
fn options(pairs: &[(Option<PyValue>, PyValue)], kwargs: &mut Named) -> bool {
    let key = |key: &Option<PyValue>| key.as_ref()?.as_str().map(str::to_owned);
    let mut all_known = true;
    for (name, value) in pairs {
        match key(name) {
            Some(name) => kwargs.push((Some(name), value.clone())),
            None => all_known = false,
        }
    }
    all_known
}

enum Member {
    Column(PyValue),
    Nothing,
    Unknown,
}

/// What a class has under one name.
struct Field<'a> {
    name: &'a str,
    annotation: Option<&'a PyValue>,
    value: Option<&'a PyValue>,
    /// It is a method that makes the value.
    is_method: bool,
}

/// In the order of the text, which is that of the columns.
fn fields(class: &ClassObject) -> Vec<Field<'_>> {
    let mut all: Vec<(usize, Field<'_>)> = Vec::new();
    let of = |name: &str| class.annotations.iter().find(|(own, _)| own == name).map(|(_, one)| one);
    for (name, value) in &class.members {
        if let Some(method) = class.decorated.iter().find(|method| method.name == *name) {
            if method.decorators.iter().any(makes_attribute) {
                let (annotation, value) = (method.returns.as_ref(), method.gives.as_ref());
                let place = value.or(annotation).map_or(usize::MAX, |one| one.span.start);
                all.push((place, Field { name, annotation, value, is_method: true }));
            }
            continue;
        }
        let annotation = of(name);
        let place = annotation.unwrap_or(value).span.start;
        all.push((place, Field { name, annotation, value: Some(value), is_method: false }));
    }
    for (name, annotation) in &class.annotations {
        if !class.members.iter().any(|(known, _)| known == name) {
            let annotation = Some(annotation);
            let place = annotation.map_or(0, |one| one.span.start);
            all.push((place, Field { name, annotation, value: None, is_method: false }));
        }
    }
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, field)| field).collect()
}

/// `@declared_attr`, `@declared_attr.directive` and their kin.
fn makes_attribute(decorator: &PyValue) -> bool {
    let named = decorator.as_call().map_or(decorator, |call| &call.function);
    let of = |parts: &[String]| {
        parts.iter().any(|part| part == "declared_attr" || part == "declarative_mixin")
    };
    match &named.kind {
        PyKind::Path(parts) => of(parts),
        _ => false,
    }
}

fn member(annotated: &Annotated<'_>, home: &str, field: &Field<'_>) -> Member {
    let Some(value) = field.value else {
        let Some(annotation) = field.annotation.filter(|_| !field.is_method) else {
            return Member::Unknown;
        };
        if !annotated::is_mapped(annotation) {
            return Member::Nothing;
        }
        let column = annotated.column(home, (field.name, annotation), None);
        return column.map_or(Member::Unknown, Member::Column);
    };
    let made = match &value.kind {
        PyKind::Call(made) => made,
        PyKind::Unknown { .. } => return Member::Unknown,
        _ if field.is_method => return Member::Unknown,
        _ => return Member::Nothing,
    };
    let last = made.function.last_name().unwrap_or_default();
    if last == "deferred" {
        let inner = made.args.first();
        let inner = Field { value: inner, ..*field };
        return inner.value.map_or(Member::Unknown, |_| member(annotated, home, &inner));
    }
    if BESIDE.contains(&last) {
        return Member::Nothing;
    }
    if !matches!(last, "Column" | "mapped_column") {
        return Member::Unknown;
    }
    let annotation = field.annotation.filter(|one| annotated::is_mapped(one));
    if let Some(annotation) = annotation.filter(|_| last == "mapped_column") {
        let column = annotated.column(home, (field.name, annotation), Some(made));
        return column.map_or(Member::Unknown, Member::Column);
    }
    let mut column = (**made).clone();
    if !matches!(column.args.first().map(|first| &first.kind), Some(PyKind::Str(_))) {
        let name = PyValue { kind: PyKind::Str(field.name.to_owned()), span: value.span };
        column.args.insert(0, name);
    }
    if last == "mapped_column" {
        let path = ["sqlalchemy", "Column"].map(str::to_owned).to_vec();
        column.function.kind = PyKind::Path(path);
    }
    Member::Column(PyValue { kind: PyKind::Call(Box::new(column)), span: value.span })
}

/// Enters a class and those of the files that it inherits from, in the order in which Python looks for a name; says
/// whether some of them may have columns that are not known, and whether one may say more of types.
fn family_of(
    modules: &Modules<'_>,
    class: &ClassObject,
    family: &mut Vec<ClassObject>,
    (open, strange): (&mut bool, &mut bool),
) {
    if family.len() > limits::PYTHON_HELPER_DEPTH_MAX {
        *open = true;
        return;
    }
    family.push(class.clone());
    *open |= class.open;
    for base in &class.bases {
        let found = match &base.kind {
            PyKind::Object(object) => Some(object.clone()),
            PyKind::Path(parts) => match modules.look_up(&class.home, parts) {
                Some(found) if found.rest.is_empty() => match found.binding {
                    Binding::Value(PyValue { kind: PyKind::Object(object), .. }) => Some(object),
                    Binding::Value(PyValue { kind: PyKind::Call(call), .. }) => {
                        *strange |= !says_types(&call);
                        continue;
                    }
                    _ => None,
                },
                _ => None,
            },
            PyKind::Call(call) => {
                *strange |= !says_types(call);
                continue;
            }
            _ => None,
        };
        match found.as_deref() {
            Some(PyObject::Class(base)) => family_of(modules, base, family, (open, strange)),
            _ if is_plain_base(base) => {}
            _ => {
                // Flask's base brings no columns.
                *open |= base.last_name() != Some("Model");
                *strange = true;
            }
        }
    }
}

/// What makes a base that says of types what its arguments say.
fn says_types(call: &PyCall) -> bool {
    matches!(call.function.last_name(), Some("declarative_base" | "Generic" | "Protocol"))
        && call.keyword("type_annotation_map").is_none()
}

/// Classes of libraries that bring neither columns nor types.
fn is_plain_base(base: &PyValue) -> bool {
    const PLAIN: &[&str] = &[
        "object",
        "sqlalchemy.orm.DeclarativeBase",
        "sqlalchemy.orm.DeclarativeBaseNoMeta",
        "sqlalchemy.orm.MappedAsDataclass",
        "sqlalchemy.ext.asyncio.AsyncAttrs",
        "abc.ABC",
        "typing.Protocol",
    ];
    match &base.kind {
        PyKind::Operation { parts, .. } => {
            parts.first().and_then(PyValue::last_name) == Some("Generic")
        }
        _ => base.as_path().is_some_and(|path| PLAIN.contains(&path.as_str())),
    }
}

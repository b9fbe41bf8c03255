//! Columns that an annotation types: `id: Mapped[int]`, `name: Mapped[str | None] = mapped_column(index=True)`, with
//! `Annotated`, and `type_annotation_map` of the base (SQLAlchemy, “Mapped Column Derives the Datatype and
//! Nullability from the Mapped Annotation”).

use crate::engine::python::{
    Binding, ClassObject, Modules, Operator, PyCall, PyKind, PyObject, PyValue,
};

/// Types that SQLAlchemy takes for Python's.
const TYPES: &[(&str, &str)] = &[
    ("int", "Integer"),
    ("str", "String"),
    ("bool", "Boolean"),
    ("bytes", "LargeBinary"),
    ("float", "Float"),
    ("decimal.Decimal", "Numeric"),
    ("datetime.datetime", "DateTime"),
    ("datetime.date", "Date"),
    ("datetime.time", "Time"),
    ("datetime.timedelta", "Interval"),
    ("uuid.UUID", "Uuid"),
];
/// Arguments of a column that are no type.
const NO_TYPE: &[&str] =
    &["ForeignKey", "Sequence", "Identity", "Computed", "FetchedValue", "CheckConstraint"];
/// Arguments of `mapped_column` that say nothing of the column.
const OF_MAPPING: &[&str] = &[
    "init",
    "repr",
    "default_factory",
    "compare",
    "kw_only",
    "hash",
    "insert_default",
    "use_existing_column",
    "deferred",
    "deferred_group",
    "deferred_raiseload",
    "active_history",
    "sort_order",
    "type_",
    "name",
];
/// How often one name may stand for another.
const ALIASES_MAX: usize = 8;

/// What a base says of types, and where names are looked up.
pub(super) struct Annotated<'a> {
    pub modules: &'a Modules<'a>,
    /// Python's types and those of columns; `None` where a base may say more than is known.
    pub types: Option<Vec<(String, PyValue)>>,
}

/// What an annotation says.
struct Said {
    /// Of the column; `None` where none follows from it.
    column_type: Option<PyValue>,
    /// `None` where that is not known.
    optional: Option<bool>,
    /// `mapped_column(…)` inside of `Annotated`.
    column: Option<PyCall>,
}

impl Said {
    fn plain(column_type: Option<PyValue>) -> Self {
        Self { column_type, optional: Some(false), column: None }
    }
}

impl Annotated<'_> {
    /// Returns what a field of this name, annotation and value is as `Column(…)`; `None` where that is not known.
    pub fn column(
        &self,
        home: &str,
        (name, annotation): (&str, &PyValue),
        value: Option<&PyCall>,
    ) -> Option<PyValue> {
        let inner = mapped(annotation)?;
        let said = self.said(home, inner, 0)?;
        let (mut args, mut kwargs) = (Vec::new(), Vec::new());
        for call in said.column.iter().chain(value) {
            args.extend(call.args.iter().cloned());
            for (key, given) in &call.kwargs {
                kwargs.retain(|(known, _): &(Option<String>, PyValue)| known != key);
                kwargs.push((key.clone(), given.clone()));
            }
        }
        let take = |kwargs: &mut Vec<(Option<String>, PyValue)>, wanted: &str| {
            let at = kwargs.iter().position(|(key, _)| key.as_deref() == Some(wanted))?;
            Some(kwargs.remove(at).1)
        };
        let (own_type, own_name) = (take(&mut kwargs, "type_"), take(&mut kwargs, "name"));
        let is_name = |given: &PyValue| matches!(given.kind, PyKind::Str(_));
        let first = args.iter().position(is_name).map(|at| args.remove(at));
        let span = annotation.span;
        let name = own_name
            .or(first)
            .unwrap_or_else(|| PyValue { kind: PyKind::Str(name.to_owned()), span });
        let class = |given: &PyValue| {
            let named = given.as_call().map_or(given, |made| &made.function).last_name();
            named.unwrap_or_default().to_owned()
        };
        let points = args.iter().any(|given| class(given) == "ForeignKey");
        let typed = args.iter().any(|given| !NO_TYPE.contains(&class(given).as_str()));
        if let Some(own) = own_type {
            args.insert(0, own);
        } else if !typed && !points {
            args.insert(0, said.column_type?);
        }
        args.insert(0, name);
        let is_given = |wanted: &str| kwargs.iter().any(|(key, _)| key.as_deref() == Some(wanted));
        if !is_given("nullable") && !is_given("primary_key") {
            let nullable = PyValue { kind: PyKind::Bool(said.optional?), span };
            kwargs.push((Some("nullable".to_owned()), nullable));
        }
        kwargs.retain(|(key, _)| !key.as_deref().is_some_and(|key| OF_MAPPING.contains(&key)));
        Some(made("Column", args, kwargs, annotation))
    }

    /// What stands between the brackets of `Mapped[…]`.
    fn said(&self, home: &str, value: &PyValue, depth: usize) -> Option<Said> {
        if depth > ALIASES_MAX {
            return None;
        }
        let deeper = |value: &PyValue| self.said(home, value, depth + 1);
        if let Some(inner) = optional(value) {
            let said = deeper(inner);
            return said.map(|said| Said { optional: Some(true), ..said });
        }
        if let Some(own) = self.mapped_type(value) {
            let own = Said::plain(Some(own));
            return Some(Said { column: annotated_column(value), ..own });
        }
        if let Some(parts) = generic(value, "Annotated") {
            let said = deeper(parts.first()?)?;
            return Some(Said { column: annotated_column(value).or(said.column), ..said });
        }
        match &value.kind {
            PyKind::Path(parts) => {
                let path = parts.join(".");
                if let Some((_, own)) = TYPES.iter().find(|(python, _)| *python == path) {
                    let known = self.types.as_ref().map(|_| library(own, value));
                    return Some(Said::plain(known));
                }
                match self.modules.look_up(home, parts) {
                    Some(found) if found.rest.is_empty() => match found.binding {
                        Binding::Value(other) => self.said(&found.home, &other, depth + 1),
                        _ => None,
                    },
                    // A name of another package may stand for a type that may be absent.
                    _ => Some(Said { optional: None, ..Said::plain(None) }),
                }
            }
            // The name of the type is that of the class.
            PyKind::Object(object) => match &**object {
                PyObject::Class(class) if class.is_enum => {
                    let own = || made("Enum", vec![value.clone()], Vec::new(), value);
                    Some(Said::plain(self.types.as_ref().map(|_| own())))
                }
                _ => Some(Said::plain(None)),
            },
            // `dict[str, int]`
            PyKind::Operation { operator: Operator::Subscript, .. } => Some(Said::plain(None)),
            PyKind::Call(call) if call.function.last_name() == Some("NewType") => {
                deeper(call.args.get(1)?)
            }
            _ => None,
        }
    }

    /// The type that the base gives to this one.
    fn mapped_type(&self, value: &PyValue) -> Option<PyValue> {
        let key = text(value);
        let mut types = self.types.as_ref()?.iter();
        types.find(|(python, _)| *python == key).map(|(_, own)| own.clone())
    }
}

/// Returns what a family of classes says of types: `type_annotation_map` of the class or of its registry.
pub(super) fn types(family: &[ClassObject]) -> Option<Vec<(String, PyValue)>> {
    let members = || family.iter().flat_map(|class| &class.members);
    let own = members().find(|(name, _)| name == "type_annotation_map").map(|(_, value)| value);
    let registry = || members().find(|(name, _)| name == "registry").map(|(_, value)| value);
    let of_bases = || {
        let bases = family.iter().flat_map(|class| &class.bases).filter_map(PyValue::as_call);
        bases.filter_map(|base| base.keyword("type_annotation_map")).next()
    };
    let of_registry = match registry().map(|found| &found.kind) {
        Some(PyKind::Call(call)) => call.keyword("type_annotation_map"),
        Some(_) => return None,
        None => None,
    };
    let Some(given) = own.or(of_registry).or_else(of_bases) else { return Some(Vec::new()) };
    let PyKind::Dict(all) = &given.kind else { return None };
    all.iter().map(|(key, value)| Some((text(key.as_ref()?), value.clone()))).collect()
}

/// Returns whether an annotation is one of a column.
pub(super) fn is_mapped(annotation: &PyValue) -> bool {
    mapped(annotation).is_some()
}

/// Returns what stands in `Mapped[…]`.
fn mapped(annotation: &PyValue) -> Option<&PyValue> {
    match generic(annotation, "Mapped")?.as_slice() {
        [inner] => Some(inner),
        _ => None,
    }
}

/// Returns the parts of `Name[a, b]`.
fn generic<'a>(value: &'a PyValue, wanted: &str) -> Option<Vec<&'a PyValue>> {
    let PyKind::Operation { operator: Operator::Subscript, parts } = &value.kind else {
        return None;
    };
    let [of, inside] = parts.as_slice() else { return None };
    let is_it = of.last_name() == Some(wanted);
    is_it.then(|| match &inside.kind {
        PyKind::Tuple(all) => all.iter().collect(),
        _ => vec![inside],
    })
}

/// Returns the type that may be absent: `Optional[a]`, `a | None`, `Union[a, None]`.
fn optional(value: &PyValue) -> Option<&PyValue> {
    if let Some(parts) = generic(value, "Optional") {
        return parts.first().copied();
    }
    let parts = match &value.kind {
        PyKind::Operation { operator: Operator::Union, parts } => parts.iter().collect(),
        _ => generic(value, "Union")?,
    };
    let is_none = |part: &&&PyValue| part.kind == PyKind::None;
    let mut given = parts.iter().filter(|part| !is_none(part));
    let one = given.next()?;
    (given.next().is_none() && parts.len() > 1).then_some(*one)
}

fn annotated_column(value: &PyValue) -> Option<PyCall> {
    let parts = generic(value, "Annotated")?.into_iter().filter_map(PyValue::as_call);
    let mut columns = parts.filter(|call| call.function.last_name() == Some("mapped_column"));
    columns.next().cloned()
}

/// An annotation as a text that is the same for the same annotation.
fn text(value: &PyValue) -> String {
    match &value.kind {
        PyKind::Path(parts) => parts.join("."),
        PyKind::Int(Some(number)) => number.to_string(),
        PyKind::Str(text) => ["'", text, "'"].concat(),
        PyKind::None => "None".to_owned(),
        PyKind::Tuple(all) => all.iter().map(text).collect::<Vec<_>>().join(", "),
        PyKind::Operation { parts, .. } => parts.iter().map(text).collect::<Vec<_>>().join("["),
        PyKind::Object(object) => match &**object {
            PyObject::Class(class) => [&class.home, "#", &class.name].concat(),
            _ => String::new(),
        },
        PyKind::Call(call) => {
            let args = call.args.iter().map(text).collect::<Vec<_>>().join(", ");
            [&text(&call.function), "(", &args, ")"].concat()
        }
        _ => String::new(),
    }
}

fn library(name: &str, at: &PyValue) -> PyValue {
    let path = ["sqlalchemy", name].map(str::to_owned).to_vec();
    PyValue { kind: PyKind::Path(path), span: at.span }
}

fn made(
    name: &str,
    args: Vec<PyValue>,
    kwargs: Vec<(Option<String>, PyValue)>,
    at: &PyValue,
) -> PyValue {
    let call = PyCall { function: library(name, at), args, kwargs };
    PyValue { kind: PyKind::Call(Box::new(call)), span: at.span }
}

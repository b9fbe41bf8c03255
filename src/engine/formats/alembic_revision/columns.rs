//! `sa.Column(…)` → [`Column`] with what comes beside it (alembic.md 4.1, 5.3).

use crate::engine::dialects::Dialect;
use crate::engine::op::conventions::Given;
use crate::engine::op::{self, ConstraintKind, Op};
use crate::engine::python::{PyCall, PyKind, PyValue};
use crate::engine::schema::{
    Column, Constraint, ConstraintTraits, ForeignKey, Ident, Identity, Index, IndexPart,
    ObjectKind, ObjectName, TableName,
};
use crate::engine::sql;

use super::constraints;
use super::context::Context;
use super::kept;
use super::naming::{self, Place, Unnamed};
use super::sql_text::{self, ServerDefault};
use super::types::{self, Enumeration};

/// A column as it is given to `create_table` or `add_column`.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadColumn {
    pub column: Column,
    /// What other items of the same call name it by.
    pub key_name: String,
    pub in_key: bool,
    pub unique: bool,
    /// The options of its identity, where they are not the defaults.
    pub sequence: String,
    pub index: bool,
    /// Foreign keys and checks that are written inside it.
    pub constraints: Vec<Unnamed>,
    pub enumeration: Option<Enumeration>,
    /// `autoincrement=`: the default `auto`, or as given.
    pub autoincrement: Option<bool>,
    /// Of an integer type.
    pub counts: bool,
    /// `nullable` was given.
    pub says_nullable: bool,
    /// It has a default of its own, or a sequence.
    pub filled: bool,
    /// What of it is not known, in words.
    pub open: Vec<String>,
}

/// Reads a column object; `None` when it is none, or when its name is not known.
pub(super) fn column(context: &mut Context<'_>, value: &PyValue) -> Option<ReadColumn> {
    let value = context.object_of(value);
    let call = value.as_call()?;
    (call.function.last_name()? == "Column").then_some(())?;
    let (first, rest) = match call.args.split_first() {
        Some((first, rest)) if call.keyword("name").is_none() => (first, rest),
        _ => (call.keyword("name")?, call.args.as_slice()),
    };
    let name = context.text(first)?;
    let mut read = ReadColumn { key_name: name.clone(), ..ReadColumn::default() };
    read.column.name = Ident::exact(name);
    let mut given_type = call.keyword("type_").cloned();
    for (at, item) in rest.iter().enumerate() {
        let item = context.object_of(item);
        if !column_item(context, &mut read, &item) && at == 0 && given_type.is_none() {
            given_type = Some(item);
        }
    }
    if let Some(given) = &given_type {
        let found = types::read(context, given);
        read.column.data_type = found.spelled;
        read.enumeration = found.enumeration;
        read.counts = found.counts;
        match found.check {
            Some((given, Some(values))) => {
                read.constraints.push(values_check(&read.column.name, given, &values));
            }
            Some((_, None)) => read.open.push(format!("the check of `{}`", read.column.name)),
            None => {}
        }
        if let Some(why) = found.refused {
            read.open.push(format!("`{}` {why}", read.column.name));
        }
    }
    if given_type.is_none() {
        read.open.push(format!("the type of `{}`, which has none", read.column.name));
    }
    options(context, &mut read, call);
    Some(read)
}

/// `column IN (…)`, as a type that is no enum of the server's asks for.
pub(super) fn values_check(column: &Ident, given: Given, values: &[String]) -> Unnamed {
    let text = format!("{} IN ({})", column.quoted(), values.join(", "));
    let kind = ConstraintKind::Check(sql::expression(&text));
    Unnamed { given, kind, traits: ConstraintTraits::default(), of_type: Some(column.clone()) }
}

/// Things beside the type that may stand among a column's positional arguments; false for a type.
fn column_item(context: &mut Context<'_>, read: &mut ReadColumn, item: &PyValue) -> bool {
    let Some(call) = item.as_call() else { return false };
    let name = read.column.name.clone();
    match call.function.last_name() {
        Some("ForeignKey") => {
            match constraints::foreign_key_of_column(context, call, &name) {
                Some(Some(made)) => read.constraints.push(made),
                // With `use_alter` the key is never made.
                Some(None) => {}
                None => read.open.push(format!("the foreign key of `{name}`")),
            }
            read.filled = true;
        }
        Some("CheckConstraint") => match constraints::item(context, item) {
            Some(made) => read.constraints.push(made),
            None => read.open.push(format!("the check of `{name}`")),
        },
        Some("Identity") => identity(context, read, call),
        Some("Computed") => {
            match call.args.first().and_then(|given| sql_text::condition(context, given)) {
                Some(text) => read.column.generated = Some(sql::expression(&text)),
                None => read.open.push(format!("how `{name}` is computed")),
            }
            // PostgreSQL stores it, unless it is told not to; the others work it out when it is read.
            let persisted = call.keyword("persisted").or_else(|| call.args.get(1));
            read.column.computed_on_read = match persisted.map(|value| context.fold(value).kind) {
                Some(PyKind::Bool(stored)) => !stored,
                _ => context.dialect != Dialect::PostgreSql,
            };
            read.filled = true;
        }
        Some("Sequence" | "FetchedValue") => read.filled = true,
        Some("DefaultClause") => {
            default(context, read, item);
        }
        _ => return false,
    }
    true
}

fn identity(context: &mut Context<'_>, read: &mut ReadColumn, call: &PyCall) {
    read.column.identity = identity_kind(context, call);
    let options = kept::sequence_options(context, call);
    if read.column.identity.is_none() || options.is_none() {
        read.open.push(format!("the identity of `{}`", read.column.name));
    }
    read.sequence = options.unwrap_or_default();
    read.filled = true;
}

/// `Identity(always=True)`; `None` when it is not known.
pub(super) fn identity_kind(context: &mut Context<'_>, call: &PyCall) -> Option<Identity> {
    let always = call.keyword("always").or_else(|| call.args.first());
    match always.map(|value| context.fold(value).kind) {
        Some(PyKind::Bool(true)) => Some(Identity::Always),
        None | Some(PyKind::Bool(false) | PyKind::None) => Some(Identity::ByDefault),
        Some(_) => None,
    }
}

fn default(context: &mut Context<'_>, read: &mut ReadColumn, value: &PyValue) {
    if let Some(call) = value.as_call() {
        match call.function.last_name() {
            Some("Identity") => return identity(context, read, call),
            Some("Computed") => {
                column_item(context, read, value);
                return;
            }
            _ => {}
        }
    }
    read.column.default = match sql_text::server_default(context, value) {
        ServerDefault::Absent => None,
        ServerDefault::Sql(text) => Some(text),
        ServerDefault::Unknown(source) => {
            read.open.push(op::default_of(&read.column.name));
            Some(source)
        }
    };
    read.filled = read.column.default.is_some();
}

fn options(context: &mut Context<'_>, read: &mut ReadColumn, call: &PyCall) {
    let flag = |context: &mut Context<'_>, name: &str| match call.keyword(name) {
        None => Some(None),
        Some(value) => match context.fold(value).kind {
            PyKind::Bool(truth) => Some(Some(truth)),
            PyKind::None => Some(None),
            _ => None,
        },
    };
    let name = read.column.name.clone();
    let mut open = Vec::new();
    let mut known = |context: &mut Context<'_>, word: &str| {
        flag(context, word).unwrap_or_else(|| {
            open.push(format!("`{word}` of `{name}`"));
            None
        })
    };
    read.in_key = known(context, "primary_key").unwrap_or(false);
    read.unique = known(context, "unique").unwrap_or(false);
    let is_said = |(name, _): &(Option<String>, PyValue)| {
        name.as_deref().is_some_and(|name| name.starts_with("sqlite_on_conflict"))
    };
    if context.dialect == Dialect::Sqlite && call.kwargs.iter().any(is_said) {
        read.open.push(format!("what `{}` does on a conflict", read.column.name));
    }
    read.index = known(context, "index").unwrap_or(false);
    let nullable = known(context, "nullable");
    read.says_nullable = nullable.is_some();
    read.column.nullable = nullable.unwrap_or(!(read.in_key || read.column.identity.is_some()));
    read.open.extend(open);
    if context.dialect != Dialect::PostgreSql && read.column.identity.take().is_some() {
        read.filled = false;
    }
    if call.kwargs.iter().any(|(name, _)| name.is_none()) {
        read.open.push(format!("`**` arguments of `{}`", read.column.name));
    }
    if let Some(value) = call.keyword("server_default") {
        let value = context.object_of(value);
        default(context, read, &value);
    }
    // A default that Python makes keeps a key from counting up by itself.
    let python = call.keyword("default").filter(|value| value.kind != PyKind::None);
    read.filled |= python.is_some();
    if let Some(value) = call.keyword("autoincrement") {
        read.autoincrement = match context.fold(value).kind {
            PyKind::Bool(truth) => Some(truth),
            _ => None,
        };
    }
    if let Some(value) = call.keyword("comment") {
        let text = context.text(value).filter(|text| !text.is_empty());
        read.column.comment = text.filter(|_| context.dialect != Dialect::Sqlite);
    }
    if let Some(key) = call.keyword("key").and_then(|value| context.text(value)) {
        read.key_name = key;
    }
}

/// What comes with a column.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub constraints: Vec<Constraint>,
    pub index: Option<Index>,
    /// The options of its sequence.
    pub sequence: Option<Op>,
    /// What is not known, in words.
    pub open: Vec<String>,
}

impl ReadColumn {
    /// Makes a key column count up as SQLAlchemy's compiler for the dialect would.
    pub fn make_serial(&mut self, alone_in_key: bool, dialect: Dialect) {
        let counts = match self.autoincrement {
            Some(asked) => asked && self.counts,
            None => alone_in_key && self.counts && !self.filled,
        };
        if !counts || self.column.default.is_some() || self.column.identity.is_some() {
            return;
        }
        match dialect {
            Dialect::PostgreSql => {}
            Dialect::MySql => {
                self.column.identity = Some(Identity::ByDefault);
                return;
            }
            Dialect::Sqlite => return,
        }
        let serial = match self.column.data_type.as_deref() {
            Some("integer") => "serial",
            Some("bigint") => "bigserial",
            Some("smallint") => "smallserial",
            _ => return,
        };
        self.column.data_type = Some(serial.to_owned());
    }

    /// Takes out what stands beside the column: its constraints with their names, the index that
    /// `index=True` asks for, and what of them is not known. With `unique=True` too, that is one unique index.
    pub fn take_beside(&mut self, context: &mut Context<'_>, place: Place<'_>) -> Beside {
        let column = self.column.name.clone();
        let mut all = std::mem::take(&mut self.constraints);
        if self.unique && !self.index {
            let kind = ConstraintKind::Unique { columns: vec![column.clone()] };
            let (given, traits) = (Given::Absent, ConstraintTraits::default());
            all.push(Unnamed { given, kind, traits, of_type: None });
        }
        let mut beside = Beside::default();
        if !self.sequence.is_empty() && self.column.identity.is_some() {
            let name = [place.table.name.as_str(), "_", column.as_str(), "_seq"].concat();
            let name = TableName { schema: place.table.schema.clone(), name: Ident::exact(name) };
            let name = ObjectName::plain(ObjectKind::Sequence, name);
            let definition = std::mem::take(&mut self.sequence);
            beside.sequence = Some(Op::Define { name, definition });
        }
        for one in all {
            let (made, open) = one.on(context, place);
            beside.constraints.push(made);
            beside.open.extend(open);
        }
        if self.index {
            let parts = vec![IndexPart::Column(column)];
            let (name, open) = naming::of_index(context, place, &Given::Absent, (&parts, &[]));
            beside.open.extend(open);
            beside.index = Some(Index { name, parts, unique: self.unique, ..Index::default() });
        }
        beside.open.append(&mut self.open);
        beside
    }

    /// With `inherit_schema=True` a type is in the schema of its table.
    pub fn inherit_schema(&mut self, table: &TableName) {
        let Some(found) = self.enumeration.as_mut().filter(|found| found.inherits) else { return };
        if found.name.schema.is_none() {
            found.name.schema.clone_from(&table.schema);
            self.column.data_type = Some(found.name.quoted());
        }
    }

    /// The type that `create_table` makes before the table.
    pub fn enum_op(&self) -> Option<Op> {
        let found = self.enumeration.as_ref().filter(|found| found.create)?;
        // One run of Alembic makes a type once, however many tables ask for it.
        Some(Op::CreateEnum {
            name: found.name.clone(),
            values: found.values.clone().unwrap_or_default(),
            if_not_exists: true,
        })
    }
}

/// Returns a foreign key to the text of `ForeignKey("schema.table.column")`.
pub(super) fn target(text: &str) -> Option<(TableName, Ident)> {
    let (table, column) = text.rsplit_once('.')?;
    let table = match table.rsplit_once('.') {
        Some((schema, name)) => {
            TableName::qualified(Ident::exact(schema), Ident::exact(name), "public")
        }
        None => TableName::plain(Ident::exact(table)),
    };
    Some((table, Ident::exact(column)))
}

/// Returns a foreign key with the actions that differ from the default, in upper case.
pub(super) fn foreign_key(
    context: &mut Context<'_>,
    call: &PyCall,
    columns: Vec<Ident>,
    ref_table: TableName,
    ref_columns: Vec<Ident>,
) -> ForeignKey {
    let mut action = |name: &str| {
        let text = call.keyword(name).and_then(|value| context.text(value))?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
        (text != "NO ACTION").then_some(text)
    };
    let (on_delete, on_update) = (action("ondelete"), action("onupdate"));
    ForeignKey { columns, ref_table, ref_columns, on_delete, on_update }
}

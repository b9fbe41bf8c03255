//! What an inspector answers: the schema that the chain has made by then (alembic.md 6.2).
//!
//! It is taken for granted that the database is as its history makes it. What of it is not known makes the
//! answer open at its end, or not known at all.

use crate::engine::op::Replayed;
use crate::engine::python::{PyCall, PyKind, PyValue};
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, Ident, Index, IndexPart, Table, TableName,
};
use crate::engine::span::Span;

use super::context::{CATALOG, Context};
use super::evaluate::unknown;
use super::reflected::called;

/// Alembic makes it before the first revision runs.
pub(super) const VERSION_TABLE: &str = "alembic_version";

/// Returns the answer to a question; `None` when it is none about the schema. An inspector without a number
/// looks at the database each time.
pub(super) fn call(
    context: &mut Context<'_>,
    number: &str,
    method: &str,
    call: &PyCall,
    span: Span,
) -> Option<PyValue> {
    let question = Question::of(method)?;
    context.asks = true;
    let args = if number.is_empty() { call.args.get(1..)? } else { call.args.as_slice() };
    let subject = args.first().or_else(|| {
        ["table_name", "view_name", "sequence_name"].iter().find_map(|name| call.keyword(name))
    });
    let at = if question.has_subject() { 1 } else { 0 };
    let at = if question == Question::HasIndex { 2 } else { at };
    let schema = args.get(at).or_else(|| call.keyword("schema"));
    let schema = match schema.map(|given| context.fold(given).kind) {
        None | Some(PyKind::None) => None,
        Some(PyKind::Str(name)) if name == "public" => None,
        Some(PyKind::Str(name)) => Some(name),
        Some(_) => return Some(unknown(span)),
    };
    let subject = match subject.filter(|_| question.has_subject()) {
        Some(given) => match context.text(given) {
            Some(name) => name,
            None => return Some(unknown(span)),
        },
        None if question.has_subject() => return Some(unknown(span)),
        None => String::new(),
    };
    let part = match question {
        Question::HasIndex => match args.get(1).and_then(|given| context.text(given)) {
            Some(part) => part,
            None => return Some(unknown(span)),
        },
        _ => String::new(),
    };
    let key = format!("{number} {method} {subject} {part} {schema:?}");
    if let Some(known) = context.answered.get(&key) {
        return Some(known.clone());
    }
    let answer = match &context.seen {
        None => unknown(span),
        Some(seen) => {
            let ask = Ask { seen, schema: schema.as_deref(), span };
            ask.answer(question, &subject, &part)
        }
    };
    if !number.is_empty() {
        context.answered.insert(key, answer.clone());
    }
    Some(answer)
}

/// Returns the type that a column is read back with: a class of SQLAlchemy's, or the server's own words.
pub(super) fn reflected_type(seen: &Replayed, spelled: Option<&str>, span: Span) -> PyValue {
    let ask = Ask { seen, schema: None, span };
    let known = ask.data_type(spelled);
    let (PyKind::Unknown { .. }, Some(spelled)) = (&known.kind, spelled) else { return known };
    let mut enums = seen.schema().enums.iter();
    let Some((name, values)) = enums.find(|(name, _)| name.quoted() == spelled) else {
        return called(&["sqlalchemy", CATALOG], vec![ask.text(spelled)], Vec::new(), span);
    };
    let values = values.iter().map(|value| ask.text(value)).collect();
    let mut kwargs = vec![(Some("name".to_owned()), ask.text(name.name.as_str()))];
    kwargs.extend(name.schema.iter().map(|of| (Some("schema".to_owned()), ask.text(of.as_str()))));
    called(&["sqlalchemy", "dialects", "postgresql", "ENUM"], values, kwargs, span)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    HasTable,
    HasIndex,
    Tables,
    Views,
    Columns,
    Indexes,
    Uniques,
    ForeignKeys,
    PrimaryKey,
    Checks,
    Enums,
    HasSequence,
    Sequences,
}

impl Question {
    fn of(method: &str) -> Option<Self> {
        Some(match method {
            "has_table" => Self::HasTable,
            "has_index" => Self::HasIndex,
            "get_table_names" => Self::Tables,
            "get_view_names" => Self::Views,
            "get_columns" => Self::Columns,
            "get_indexes" => Self::Indexes,
            "get_unique_constraints" => Self::Uniques,
            "get_foreign_keys" => Self::ForeignKeys,
            "get_pk_constraint" => Self::PrimaryKey,
            "get_check_constraints" => Self::Checks,
            "get_enums" => Self::Enums,
            "has_sequence" => Self::HasSequence,
            "get_sequence_names" => Self::Sequences,
            _ => return None,
        })
    }

    fn has_subject(self) -> bool {
        !matches!(self, Self::Tables | Self::Views | Self::Enums | Self::Sequences)
    }
}

/// A question with what it is put to.
struct Ask<'a> {
    seen: &'a Replayed,
    schema: Option<&'a str>,
    span: Span,
}

impl Ask<'_> {
    fn answer(&self, question: Question, subject: &str, part: &str) -> PyValue {
        let table = self.name(subject);
        let columns = || self.seen.columns_of(&table);
        let parts = || self.seen.parts_of(&table);
        let found = match question {
            Question::HasTable => self.has_table(&table).map(|found| self.bool(found)),
            Question::HasIndex => parts().and_then(|(found, all)| {
                let names = index_names(found);
                let is_there = names.contains(&part);
                (is_there || all).then(|| self.bool(is_there))
            }),
            Question::Tables => Some(self.tables()),
            Question::Views => {
                let views = self.seen.schema().views.iter().filter(|name| self.is_in(name));
                let views = views.map(|name| self.text(name.name.as_str())).collect();
                Some(self.list(views, !self.seen.more_tables))
            }
            Question::Columns => columns().map(|(found, all)| {
                self.list(found.columns.iter().map(|column| self.column(column)).collect(), all)
            }),
            Question::Indexes => parts().map(|(found, all)| self.indexes(found, all)),
            Question::Uniques => parts().map(|(found, all)| {
                self.constraints(found, all, |kind| matches!(kind, ConstraintKind::Unique { .. }))
            }),
            Question::Checks => parts().map(|(found, all)| {
                self.constraints(found, all, |kind| matches!(kind, ConstraintKind::Check(_)))
            }),
            Question::ForeignKeys => parts().map(|(found, all)| {
                let is_key = |kind: &ConstraintKind| matches!(kind, ConstraintKind::ForeignKey(_));
                self.constraints(found, all, is_key)
            }),
            Question::PrimaryKey => parts().and_then(|(found, all)| self.primary_key(found, all)),
            Question::Enums => Some(self.enums()),
            Question::HasSequence => {
                let known = self.seen.schema().sequences.contains_key(&table);
                (known || !self.seen.more_tables).then(|| self.bool(known))
            }
            Question::Sequences => {
                let all = self.seen.schema().sequences.keys().filter(|name| self.is_in(name));
                let all = all.map(|name| self.text(name.name.as_str())).collect();
                Some(self.list(all, !self.seen.more_tables))
            }
        };
        found.unwrap_or_else(|| unknown(self.span))
    }

    fn name(&self, table: &str) -> TableName {
        TableName { schema: self.schema.map(Ident::exact), name: Ident::exact(table) }
    }

    fn is_in(&self, name: &TableName) -> bool {
        name.schema.as_ref().map(|schema| schema.as_str()) == self.schema
    }

    fn has_table(&self, table: &TableName) -> Option<bool> {
        let is_version = table.schema.is_none() && table.name.as_str() == VERSION_TABLE;
        let is_view = self.seen.schema().views.contains(table);
        if is_version || is_view { Some(true) } else { self.seen.has_table(table) }
    }

    fn tables(&self) -> PyValue {
        let (known, all) = self.seen.tables_of(self.schema);
        let own = self.schema.is_none().then_some(VERSION_TABLE);
        let names = own.into_iter().chain(known.into_iter().map(|table| table.name.as_str()));
        self.list(names.map(|name| self.text(name)).collect(), all)
    }

    fn column(&self, column: &Column) -> PyValue {
        self.dict(vec![
            ("name", self.text(column.name.as_str())),
            ("type", self.data_type(column.data_type.as_deref())),
            ("nullable", self.bool(column.nullable)),
            ("default", self.option(column.default.as_deref())),
            ("comment", self.option(column.comment.as_deref())),
            ("autoincrement", unknown(self.span)),
        ])
    }

    /// The class that SQLAlchemy reflects a type to, as a call of it.
    fn data_type(&self, spelled: Option<&str>) -> PyValue {
        let Some(spelled) = spelled else { return unknown(self.span) };
        let (word, rest) = spelled.split_once('(').unwrap_or((spelled, ""));
        let class = match word.trim() {
            "character varying" => "VARCHAR",
            "text" => "TEXT",
            "integer" => "INTEGER",
            "bigint" => "BIGINT",
            "smallint" => "SMALLINT",
            "boolean" => "BOOLEAN",
            "uuid" => "UUID",
            "json" => "JSON",
            "jsonb" => "JSONB",
            "bytea" => "BYTEA",
            "date" => "DATE",
            _ => return unknown(self.span),
        };
        let length = rest.trim_end_matches(')').parse().ok();
        let args = length.map(|length| self.value(PyKind::Int(Some(length)))).into_iter().collect();
        let path = ["sqlalchemy", class].map(str::to_owned).to_vec();
        let function = self.value(PyKind::Path(path));
        self.value(PyKind::Call(Box::new(PyCall { function, args, kwargs: Vec::new() })))
    }

    /// Indexes, those of unique constraints among them.
    fn indexes(&self, table: &Table, all: bool) -> PyValue {
        let of_index = |index: &Index| {
            let part = |part: &IndexPart| match part {
                IndexPart::Column(name) => self.text(name.as_str()),
                // An index element with an order is a column still; a computed one is `None`.
                IndexPart::Expression(_) => unknown(self.span),
            };
            self.dict(vec![
                ("name", self.option(index.name.as_ref().map(Ident::as_str))),
                ("unique", self.bool(index.unique)),
                ("column_names", self.list(index.parts.iter().map(part).collect(), true)),
            ])
        };
        let mut made: Vec<PyValue> = table.indexes.iter().map(of_index).collect();
        for Constraint { name, kind, .. } in &table.constraints {
            if let ConstraintKind::Unique { columns } = kind {
                let name = self.option(name.as_ref().map(Ident::as_str));
                made.push(self.dict(vec![
                    ("name", name.clone()),
                    ("unique", self.bool(true)),
                    ("column_names", self.names(columns)),
                    ("duplicates_constraint", name),
                ]));
            }
        }
        self.list(made, all)
    }

    fn constraints(
        &self,
        table: &Table,
        all: bool,
        wanted: impl Fn(&ConstraintKind) -> bool,
    ) -> PyValue {
        let found = table.constraints.iter().filter(|constraint| wanted(&constraint.kind));
        self.list(found.map(|constraint| self.constraint(constraint)).collect(), all)
    }

    fn constraint(&self, constraint: &Constraint) -> PyValue {
        let mut parts = vec![("name", self.option(constraint.name.as_ref().map(Ident::as_str)))];
        match &constraint.kind {
            ConstraintKind::ForeignKey(key) => {
                let schema = key.ref_table.schema.as_ref().map(Ident::as_str);
                let ref_columns = match key.ref_columns.is_empty() {
                    true => unknown(self.span),
                    false => self.names(&key.ref_columns),
                };
                parts.extend([
                    ("constrained_columns", self.names(&key.columns)),
                    ("referred_schema", self.option(schema)),
                    ("referred_table", self.text(key.ref_table.name.as_str())),
                    ("referred_columns", ref_columns),
                    ("options", self.options(key)),
                ]);
            }
            ConstraintKind::Check(_) => parts.push(("sqltext", unknown(self.span))),
            kind => parts.push(("column_names", self.names(kind.columns()))),
        }
        self.dict(parts)
    }

    /// The actions of a foreign key, where there are any.
    fn options(&self, key: &crate::engine::schema::ForeignKey) -> PyValue {
        let actions = [("ondelete", &key.on_delete), ("onupdate", &key.on_update)];
        let given = actions
            .into_iter()
            .filter_map(|(name, action)| action.as_deref().map(|action| (name, self.text(action))));
        self.dict(given.collect())
    }

    fn primary_key(&self, table: &Table, all: bool) -> Option<PyValue> {
        let key = table.constraints.iter().find_map(|constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey { columns } => Some((constraint, columns)),
            _ => None,
        });
        let (name, columns) = match key {
            Some((constraint, columns)) => (constraint.name.as_ref(), columns.as_slice()),
            None if all => (None, [].as_slice()),
            None => return None,
        };
        Some(self.dict(vec![
            ("name", self.option(name.map(Ident::as_str))),
            ("constrained_columns", self.names(columns)),
        ]))
    }

    fn enums(&self) -> PyValue {
        let all = self.seen.schema().enums.iter().filter(|(name, _)| self.is_in(name));
        let one = |(name, values): (&TableName, &Vec<String>)| {
            let labels = values.iter().map(|value| self.text(value)).collect();
            self.dict(vec![
                ("name", self.text(name.name.as_str())),
                ("schema", self.text(self.schema.unwrap_or("public"))),
                ("labels", self.list(labels, true)),
            ])
        };
        self.list(all.map(one).collect(), !self.seen.more_tables)
    }

    fn value(&self, kind: PyKind) -> PyValue {
        PyValue { kind, span: self.span }
    }

    fn bool(&self, truth: bool) -> PyValue {
        self.value(PyKind::Bool(truth))
    }

    fn text(&self, text: &str) -> PyValue {
        self.value(PyKind::Str(text.to_owned()))
    }

    fn option(&self, text: Option<&str>) -> PyValue {
        text.map_or_else(|| self.value(PyKind::None), |text| self.text(text))
    }

    fn names(&self, names: &[Ident]) -> PyValue {
        self.list(names.iter().map(|name| self.text(name.as_str())).collect(), true)
    }

    /// A list, open at its end where not all of it is known.
    fn list(&self, mut items: Vec<PyValue>, all: bool) -> PyValue {
        if !all {
            items.push(self.value(PyKind::Starred(Box::new(unknown(self.span)))));
        }
        self.value(PyKind::List(items))
    }

    fn dict(&self, pairs: Vec<(&str, PyValue)>) -> PyValue {
        let pair = |(key, value): (&str, PyValue)| (Some(self.text(key)), value);
        self.value(PyKind::Dict(pairs.into_iter().map(pair).collect()))
    }
}

fn index_names(table: &Table) -> Vec<&str> {
    let uniques =
        table.constraints.iter().filter(|c| matches!(c.kind, ConstraintKind::Unique { .. }));
    let uniques = uniques.filter_map(|constraint| constraint.name.as_ref());
    let own = table.indexes.iter().filter_map(|index| index.name.as_ref());
    own.chain(uniques).map(Ident::as_str).collect()
}

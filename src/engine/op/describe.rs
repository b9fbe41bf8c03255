//! [`Op`] → one short phrase, for lists of statements.

use super::{Detail, DropKind, Mutation, Op, Server, Transact};

/// Returns what an op does in a few words; names stand between backticks.
pub fn describe(op: &Op) -> String {
    match op {
        Op::CreateTable { table, .. } => format!("creates table `{table}`"),
        Op::DropTable { table, cascade, .. } => {
            format!("drops table `{table}`{}", cascading(*cascade))
        }
        Op::RenameTable { from, to } => format!("renames table `{from}` to `{to}`"),
        Op::RenameSequence { from, to } => format!("renames sequence `{from}` to `{to}`"),
        Op::AddColumn { table, column, .. } => format!("adds column `{table}.{}`", column.name),
        Op::DropColumn { table, column, cascade, .. } => {
            format!("drops column `{table}.{column}`{}", cascading(*cascade))
        }
        Op::RenameColumn { table, from, to } => {
            format!("renames column `{table}.{from}` to `{to}`")
        }
        Op::AlterColumnType { table, column, to: Some(to), .. } => {
            format!("changes the type of `{table}.{column}` to `{to}`")
        }
        Op::AlterColumnType { table, column, to: None, .. } => {
            format!("changes the type of `{table}.{column}`")
        }
        Op::SetNotNull { table, column } => format!("makes `{table}.{column}` NOT NULL"),
        Op::DropNotNull { table, column } => format!("lets `{table}.{column}` be NULL"),
        Op::SetDefault { table, column, .. } => format!("sets the default of `{table}.{column}`"),
        Op::DropDefault { table, column } => format!("drops the default of `{table}.{column}`"),
        Op::AddConstraint { table, name: Some(name), .. } => {
            format!("adds constraint `{name}` to `{table}`")
        }
        Op::AddConstraint { table, name: None, .. } => format!("adds a constraint to `{table}`"),
        Op::DropConstraint { table, name, cascade, .. } => {
            format!("drops constraint `{name}` of `{table}`{}", cascading(*cascade))
        }
        Op::CreateIndex { table, index, .. } => match &index.name {
            Some(name) => format!("builds index `{name}` on `{table}`"),
            None => format!("builds an index on `{table}`"),
        },
        Op::RenameIndex { from, to } => format!("renames index `{from}` to `{to}`"),
        Op::DropIndex { name, .. } => format!("drops index `{name}`"),
        Op::DropOther { kind, name, cascade } => {
            format!("drops {} `{name}`{}", kind.word(), cascading(*cascade))
        }
        Op::RowSecurity { table, enabled } => {
            let way = if *enabled { "on" } else { "off" };
            format!("switches row level security {way} for `{table}`")
        }
        Op::Setting { name, .. } => format!("sets `{name}`"),
        Op::Transaction(what) => what.words().to_owned(),
        Op::Server(Server { what, .. }) | Op::Neutral { what } => (*what).to_owned(),
        Op::WithinTable { table, what, .. } => format!("{what} on `{table}`"),
        Op::UnknownWithin { what, .. } | Op::Unknown { what, .. } => {
            format!("not understood: {what}")
        }
        Op::CreateEnum { .. }
        | Op::AddEnumValue { .. }
        | Op::SetEnumValues { .. }
        | Op::RenameEnumValue { .. }
        | Op::RenameType { .. }
        | Op::CreateOther { .. }
        | Op::Truncate { .. }
        | Op::SetIdentity { .. }
        | Op::SetComment { .. }
        | Op::RenameConstraint { .. }
        | Op::Define { .. }
        | Op::Undefine { .. }
        | Op::OwnSequence { .. }
        | Op::Detail { .. }
        | Op::Mutate { .. } => of_types_and_rows(op),
    }
}

fn of_types_and_rows(op: &Op) -> String {
    match op {
        Op::CreateEnum { name, .. } => format!("creates type `{name}`"),
        Op::AddEnumValue { name, value, .. } => format!("adds value `{value}` to type `{name}`"),
        Op::SetEnumValues { name, .. } => format!("changes the values of type `{name}`"),
        Op::RenameEnumValue { name, from, to } => {
            format!("renames value `{from}` of type `{name}` to `{to}`")
        }
        Op::RenameType { from, to } => format!("renames type `{from}` to `{to}`"),
        Op::RenameConstraint { table, from, to } => {
            format!("renames constraint `{from}` of `{table}` to `{to}`")
        }
        Op::CreateOther { kind, name } => format!("creates {} `{name}`", kind.word()),
        Op::Truncate { tables, cascade, .. } => {
            let names: Vec<String> = tables.iter().map(|table| format!("`{table}`")).collect();
            format!("empties {}{}", names.join(", "), cascading(*cascade))
        }
        Op::Mutate { table, verb: Mutation::Insert, .. } => format!("inserts rows into `{table}`"),
        Op::Mutate { table, verb, filter, .. } => {
            let verb = if *verb == Mutation::Delete { "deletes from" } else { "updates" };
            let rows = if filter.is_some() { "some rows" } else { "every row" };
            format!("{verb} `{table}`, {rows}")
        }
        Op::Define { name, .. } => format!("defines {} `{}`", name.kind.word(), name.name),
        Op::Undefine { name } => format!("drops {} `{}`", name.kind.word(), name.name),
        Op::OwnSequence { sequence, .. } => format!("changes who owns sequence `{sequence}`"),
        Op::Detail { table, detail: Detail::Validated(name) } => {
            format!("validates constraint `{name}` of `{table}`")
        }
        Op::Detail { table, detail: Detail::Comment(_) } => {
            format!("changes the comment on `{table}`")
        }
        Op::Detail { table, .. } => format!("says more of table `{table}`"),
        Op::SetIdentity { table, column, identity: Some(_), .. } => {
            format!("makes `{table}.{column}` an identity column")
        }
        Op::SetIdentity { table, column, identity: None, .. } => {
            format!("makes `{table}.{column}` an ordinary column")
        }
        Op::SetComment { table, column, .. } => {
            format!("changes the comment of `{table}.{column}`")
        }
        _ => String::new(),
    }
}

fn cascading(cascade: bool) -> &'static str {
    if cascade { " and all that depends on it" } else { "" }
}

impl DropKind {
    /// The word for it in a sentence.
    pub fn word(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Schema => "schema",
            Self::Type => "type",
            Self::Domain => "domain",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Sequence => "sequence",
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::Extension => "extension",
            Self::Role => "role",
            Self::Other => "object",
        }
    }
}

impl Transact {
    fn words(self) -> &'static str {
        match self {
            Self::Begin => "begins a transaction",
            Self::Commit => "commits",
            Self::Rollback => "rolls back",
            Self::Chain => "ends a transaction and begins another",
            Self::Savepoint => "sets a savepoint",
            Self::Release => "releases a savepoint",
            Self::RollbackTo => "goes back to a savepoint",
            Self::Autocommit => "commits, and from here on each statement by itself",
            Self::AutocommitEnd => "begins a transaction again",
        }
    }
}

//! [`Op`] → one short phrase, for lists of statements.

use super::{Detail, DropKind, Mutation, Op, Server, Transact, Work};

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
        Op::AlterColumnType { table, column, to, .. } => {
            let to = to.as_ref().map(|to| format!(" to `{to}`")).unwrap_or_default();
            format!("changes the type of `{table}.{column}`{to}")
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
        | Op::CreateObject { .. }
        | Op::RenameOther { .. }
        | Op::AlterDomain { .. }
        | Op::Upkeep { .. }
        | Op::RowSecurity { .. }
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
        Op::RowSecurity { table, enabled } => {
            let way = if *enabled { "on" } else { "off" };
            format!("switches row level security {way} for `{table}`")
        }
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
        Op::CreateObject { name, .. } => format!("creates {} `{}`", name.kind.word(), name.name),
        Op::RenameOther { kind, from, to } => {
            format!("renames {} `{from}` to `{to}`", kind.word())
        }
        Op::AlterDomain { name, .. } => format!("changes domain `{name}`"),
        Op::Upkeep { work, on, .. } => {
            let names: Vec<String> = on.iter().map(|name| format!("`{name}`")).collect();
            format!("{} {}", work.words(), names.join(", ")).trim_end().to_owned()
        }
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
        Op::Detail { table, detail: Detail::Detached { parent, .. } } => {
            format!("detaches `{table}` from `{parent}`")
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

impl Work {
    fn words(&self) -> &'static str {
        match self {
            Self::VacuumFull | Self::Cluster | Self::Repack => "rewrites",
            Self::Tablespace => "moves to another tablespace",
            Self::AccessMethod => "changes the access method of",
            Self::Oids => "adds oids to",
            Self::ReindexIndex | Self::ReindexTable | Self::ReindexAll | Self::ReindexSystem => {
                "builds anew every index of"
            }
            Self::Refresh => "refreshes",
            Self::Asserts(_) => "says how to change",
            Self::Charset(_) => "changes how texts are kept in",
            Self::Rebuild | Self::Recreate => "builds anew",
            Self::Recreated => "has built anew",
            Self::Engine => "changes the engine of",
            Self::InlineReferences(_) => "writes a reference beside a column of",
            Self::Lock(_) => "locks",
            Self::Owner => "changes the owner of",
            Self::ReplicaIdentity => "changes what replicas are told of",
            Self::DropPartition => "drops partitions of",
            Self::TruncatePartition => "empties partitions of",
            Self::ExchangePartition => "swaps a partition of",
            Self::RemovePartitioning => "removes the partitioning of",
            Self::CoalescePartition => "joins partitions of",
            Self::Trigger(_, toggle) if toggle.is_off() => "disables a trigger of",
            Self::Trigger(..) => "enables a trigger of",
            Self::Rule(_, toggle) if toggle.is_off() => "disables a rule of",
            Self::Rule(..) => "enables a rule of",
        }
    }
}

//! How far the effect of something that was not decided can go.

use crate::engine::ledger::Affects;
use crate::engine::op::{DropKind, Op};
use crate::engine::schema::TableName;
use crate::ordered::Set;

/// What a statement could change, when what it does is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// It could change something.
    pub touches: bool,
    /// It could create, drop or rename a table.
    pub set_of_tables: bool,
    /// Which tables is not known.
    pub everything: bool,
    pub tables: Set<TableName>,
}

impl Reach {
    pub fn everything() -> Self {
        Self { touches: true, set_of_tables: true, everything: true, tables: Set::new() }
    }

    /// Something inside a table, or inside some table.
    pub fn within(table: Option<&TableName>) -> Self {
        Self {
            touches: true,
            set_of_tables: false,
            everything: table.is_none(),
            tables: table.into_iter().cloned().collect(),
        }
    }

    /// This table comes, goes or changes.
    pub fn table(table: &TableName) -> Self {
        Self { set_of_tables: true, ..Self::within(Some(table)) }
    }

    pub fn join(&mut self, other: Self) {
        self.touches |= other.touches;
        self.set_of_tables |= other.set_of_tables;
        self.everything |= other.everything;
        self.tables.extend(other.tables);
    }

    pub fn affects(&self) -> Affects {
        match (self.touches, self.everything) {
            (false, _) => Affects::Nothing,
            (true, true) => Affects::Everything,
            (true, false) => Affects::Tables(self.tables.iter().map(ToString::to_string).collect()),
        }
    }

    /// What an op could change if it is not certain that it happens.
    pub fn of_op(op: &Op) -> Self {
        let tables = op.tables();
        let each = |of: fn(&TableName) -> Self| {
            let mut reach = Self::default();
            tables.iter().for_each(|table| reach.join(of(table)));
            reach
        };
        match op {
            Op::Neutral { .. }
            | Op::Setting { .. }
            | Op::Transaction(_)
            | Op::Server(_)
            | Op::CreateOther { .. }
            | Op::CreateObject { .. } => Self::default(),
            Op::DropOther { kind, .. } => match kind {
                DropKind::Database | DropKind::Schema | DropKind::Extension | DropKind::Other => {
                    Self::everything()
                }
                // With their dependents these take columns and views, and no table.
                _ => Self::within(None),
            },
            Op::UnknownWithin { tables, .. } if tables.is_empty() => Self::within(None),
            Op::Unknown { tables, .. } if tables.is_empty() => Self::everything(),
            Op::UnknownWithin { tables, .. } => {
                Self { tables: tables.iter().cloned().collect(), touches: true, ..Self::default() }
            }
            Op::Unknown { tables, .. } => Self {
                tables: tables.iter().cloned().collect(),
                touches: true,
                set_of_tables: true,
                ..Self::default()
            },
            Op::CreateTable { .. } | Op::DropTable { .. } | Op::RenameTable { .. } => {
                each(Self::table)
            }
            _ if tables.is_empty() => Self::within(None),
            _ => each(|table| Self::within(Some(table))),
        }
    }
}

/// Something that was seen and not decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Doubt {
    pub what: String,
    pub reach: Reach,
}

impl Doubt {
    pub fn everything(what: impl Into<String>) -> Self {
        Self { what: what.into(), reach: Reach::everything() }
    }
}

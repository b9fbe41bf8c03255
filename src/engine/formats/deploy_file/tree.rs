//! YAML, JSON and TOML as one small tree that knows where everything stands.

use std::ops::Range;

use crate::engine::toml::{Table, Value};

/// A value and its place in the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    pub kind: NodeKind,
    pub at: Range<usize>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum NodeKind {
    #[default]
    Nothing,
    /// Any scalar, as text.
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// What there is where nothing is.
static NOTHING: Node = Node { kind: NodeKind::Nothing, at: 0..0 };

impl Node {
    /// Returns the value of a key; nothing where there is none.
    pub fn get(&self, key: &str) -> &Self {
        self.entries().iter().find(|(known, _)| known == key).map_or(&NOTHING, |(_, value)| value)
    }

    /// Returns the value at the end of a path of keys.
    pub fn at(&self, path: &[&str]) -> &Self {
        path.iter().fold(self, |node, key| node.get(key))
    }

    /// Returns the keys with their values.
    pub fn entries(&self) -> &[(String, Self)] {
        match &self.kind {
            NodeKind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the members of a list.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            NodeKind::List(items) => items,
            _ => &[],
        }
    }

    /// Returns the text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns whether it is there.
    pub fn is_there(&self) -> bool {
        self.kind != NodeKind::Nothing
    }

    /// Returns a scalar, or the scalars of a list.
    pub fn texts(&self) -> Vec<&str> {
        match self.text() {
            Some(text) => vec![text],
            None => self.items().iter().filter_map(Self::text).collect(),
        }
    }
}

/// Returns a table of TOML as a tree; a value stands where its key does.
pub fn of_toml(table: &Table) -> Node {
    let entries =
        table.entries.iter().map(|entry| (entry.key.clone(), of_value(&entry.value, &entry.at)));
    Node { kind: NodeKind::Map(entries.collect()), at: 0..0 }
}

fn of_value(value: &Value, at: &Range<usize>) -> Node {
    let kind = match value {
        Value::Text(text) | Value::Other(text) => NodeKind::Text(text.clone()),
        Value::Whole(number) => NodeKind::Text(number.to_string()),
        Value::Truth(truth) => NodeKind::Text(truth.to_string()),
        Value::List(all) => NodeKind::List(all.iter().map(|one| of_value(one, at)).collect()),
        Value::Table(table) => of_toml(table).kind,
    };
    Node { kind, at: at.clone() }
}

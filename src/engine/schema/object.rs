//! Objects that a schema holds by name and definition alone.

use std::cmp::Ordering;

use super::{Ident, TableName};

/// What names an object: two of the same kind, name, signature and table are the same one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectName {
    pub kind: ObjectKind,
    pub name: TableName,
    /// Of a function its argument types, of a grant who may do it; otherwise empty.
    pub signature: String,
    /// The table that it belongs to and goes with.
    pub table: Option<TableName>,
}

/// By kind and name. What says how tables are kept stands table by table, so that it is found when one changes.
impl Ord for ObjectName {
    fn cmp(&self, other: &Self) -> Ordering {
        let of_table = |one: &Self| one.stored_action().is_some();
        let tables = match of_table(self) && of_table(other) {
            true => self.table.cmp(&other.table),
            false => of_table(self).cmp(&of_table(other)),
        };
        let kinds = self.kind.cmp(&other.kind).then(tables);
        kinds.then_with(|| {
            let others = (&other.name, &other.signature, &other.table);
            (&self.name, &self.signature, &self.table).cmp(&others)
        })
    }
}

impl PartialOrd for ObjectName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

const EXTENSION: &str = "extension";
const TABLESPACE: &str = "tablespace";

impl ObjectName {
    /// Returns the name of an object that needs no more than a name.
    pub fn plain(kind: ObjectKind, name: TableName) -> Self {
        Self { kind, name, signature: String::new(), table: None }
    }

    /// Returns what an extension has its schema under.
    pub fn extension(name: TableName) -> Self {
        Self { signature: EXTENSION.to_owned(), ..Self::plain(ObjectKind::Other, name) }
    }

    /// Returns whether it is one.
    pub fn is_extension(&self) -> bool {
        self.kind == ObjectKind::Other && self.signature == EXTENSION
    }

    /// Returns what says in which tablespace an index is.
    pub fn place_of_index(name: TableName) -> Self {
        Self { signature: TABLESPACE.to_owned(), ..Self::plain(ObjectKind::Other, name) }
    }

    /// Returns whether it is that.
    pub fn is_place_of_index(&self) -> bool {
        self.kind == ObjectKind::Other && self.signature == TABLESPACE
    }

    /// Returns what says how a table is kept: `SET TABLESPACE fast`, `ALTER COLUMN a SET STORAGE external`.
    pub fn stored(action: &str, table: TableName) -> Self {
        Self::of_table(ObjectKind::Other, Ident::exact(action), table)
    }

    /// Returns the action of such a name.
    pub fn stored_action(&self) -> Option<&str> {
        (self.kind == ObjectKind::Other && self.table.is_some()).then(|| self.name.name.as_str())
    }

    /// Returns the statement that such a name stands for.
    pub fn stored_as(&self) -> Option<String> {
        let (action, table) = (self.stored_action()?, self.table.as_ref()?);
        Some(["ALTER TABLE ONLY ", &table.quoted(), " ", action].concat())
    }

    /// Returns the name of an object of a table: a trigger, a policy.
    pub fn of_table(kind: ObjectKind, name: Ident, table: TableName) -> Self {
        let schema = table.schema.clone();
        Self {
            kind,
            name: TableName { schema, name },
            signature: String::new(),
            table: Some(table),
        }
    }
}

/// An object's definition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Object {
    /// As written, with one blank between words where there were several outside of literals.
    pub definition: String,
}

impl ObjectKind {
    /// Cuts off what MySQL says before the kind of object: `DEFINER=…`, and of a view `ALGORITHM=…` and `SQL
    /// SECURITY …`. Returns each of them, and the rest of the definition.
    pub fn said_before(self, definition: &str) -> (Vec<&str>, &str) {
        const INVOKER: &str = "SQL SECURITY INVOKER ";
        let (mut said, mut rest) = (Vec::new(), definition);
        loop {
            let of_view = self == Self::View;
            let end = if rest.starts_with("DEFINER=") || (of_view && rest.starts_with("ALGORITHM="))
            {
                end_of_word(rest)
            } else if of_view && rest.starts_with(INVOKER) {
                INVOKER.len()
            } else {
                return (said, rest);
            };
            let Some((clause, after)) = rest.split_at_checked(end) else { return (said, rest) };
            said.push(clause.trim_end());
            rest = after;
        }
    }
}

/// After the first blank that stands in no quotes.
fn end_of_word(text: &str) -> usize {
    let mut quote = None;
    for (at, sign) in text.char_indices() {
        match (quote, sign) {
            (None, ' ') => return at + 1,
            (None, '`' | '\'' | '"') => quote = Some(sign),
            (Some(open), _) if open == sign => quote = None,
            _ => {}
        }
    }
    text.len()
}

impl Object {
    /// Returns whether all of these stand as words in the definition. Text is text: a word may mean something
    /// else there.
    pub fn mentions(&self, words: &[&str]) -> bool {
        let is_sign = |sign: char| !(sign.is_alphanumeric() || matches!(sign, '_' | '$'));
        let has = |word: &&str| self.definition.split(is_sign).any(|part| part == *word);
        words.iter().all(has)
    }
}

/// Kinds of [`Object`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    View,
    MaterializedView,
    Domain,
    /// Composite, range and base types; enums have room of their own.
    Type,
    /// The options of a sequence, where they are not the defaults.
    Sequence,
    Function,
    Procedure,
    Aggregate,
    Trigger,
    EventTrigger,
    Policy,
    Rule,
    /// Extended statistics.
    Statistics,
    Grant,
    DefaultPrivileges,
    Comment,
    Publication,
    Subscription,
    Role,
    /// A cast, operator, collation, server, text search object… as written.
    Other,
}

impl ObjectKind {
    /// The word for it in a sentence.
    pub fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Domain => "domain",
            Self::Type => "type",
            Self::Sequence => "sequence",
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Aggregate => "aggregate",
            Self::Trigger => "trigger",
            Self::EventTrigger => "event trigger",
            Self::Policy => "policy",
            Self::Rule => "rule",
            Self::Statistics => "statistics",
            Self::Grant => "grant",
            Self::DefaultPrivileges => "default privileges",
            Self::Comment => "comment",
            Self::Publication => "publication",
            Self::Subscription => "subscription",
            Self::Role => "role",
            Self::Other => "object",
        }
    }
}

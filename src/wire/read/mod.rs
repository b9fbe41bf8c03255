//! Reports, answers and schemas out of JSON.
//!
//! In: JSON, of whatever shape.
//! Out: the value, or the field at which it was first wrong.
//! Never: what a value means.
//!
//! The readers that serde derives weigh as much as half the page's WebAssembly may: one state machine per
//! type, and again per place. Here a text becomes a tree, and each shape says in one line which of its
//! fields must be there; the others default, as they do for serde. A test holds the two to each other.

use serde_json::{Map, Value};

use super::schema::{OriginView, UndecidedView};
use super::*;

#[cfg(any(feature = "engine", test))]
pub use self::schema::schema;

/// What was wrong: the field at which it was noticed first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    pub field: &'static str,
}

/// Reads an answer of the engine.
pub fn answer(json: &str) -> Result<Ticketed<Response>, Unread> {
    let value = serde_json::from_str(json).map_err(|_| Unread { field: "JSON" })?;
    whole(value)
}

/// Reads a report.
pub fn report(value: Value) -> Result<Report, Unread> {
    whole(value)
}

fn whole<T: Read>(value: Value) -> Result<T, Unread> {
    let mut trouble = Trouble { at: "message", first: None };
    let read = T::read(value, &mut trouble);
    match trouble.first {
        Some(field) => Err(Unread { field }),
        None => Ok(read),
    }
}

/// Where reading is, and where it first went wrong.
struct Trouble {
    at: &'static str,
    first: Option<&'static str>,
}

impl Trouble {
    fn note(&mut self) {
        self.first.get_or_insert(self.at);
    }
}

/// Something with a shape. A value of another shape is noted and read as anything at all: nobody will see
/// it, and reading goes on without a way out at every field.
trait Read {
    fn read(value: Value, trouble: &mut Trouble) -> Self;
}

impl Read for String {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        match value {
            Value::String(text) => text,
            _ => {
                trouble.note();
                Self::new()
            }
        }
    }
}

impl Read for u64 {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        value.as_u64().unwrap_or_else(|| {
            trouble.note();
            0
        })
    }
}

impl Read for usize {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        Self::try_from(u64::read(value, trouble)).unwrap_or_else(|_| {
            trouble.note();
            0
        })
    }
}

impl Read for u32 {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        Self::try_from(u64::read(value, trouble)).unwrap_or_else(|_| {
            trouble.note();
            0
        })
    }
}

impl Read for bool {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        value.as_bool().unwrap_or_else(|| {
            trouble.note();
            false
        })
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        if value.is_null() { None } else { Some(T::read(value, trouble)) }
    }
}

impl<T: Read> Read for Box<T> {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        Self::new(T::read(value, trouble))
    }
}

fn items(value: Value, trouble: &mut Trouble) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        _ => {
            trouble.note();
            Vec::new()
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        items(value, trouble).into_iter().map(|item| T::read(item, trouble)).collect()
    }
}

/// Reads a list of exactly two.
fn pair(value: Value, trouble: &mut Trouble) -> (Value, Value) {
    let mut items = items(value, trouble);
    let (second, first) = (items.pop(), items.pop());
    if first.is_none() || !items.is_empty() {
        trouble.note();
    }
    (first.unwrap_or_default(), second.unwrap_or_default())
}

impl<A: Read, B: Read> Read for (A, B) {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        let (first, second) = pair(value, trouble);
        (A::read(first, trouble), B::read(second, trouble))
    }
}

impl Read for [String; 2] {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        <(String, String)>::read(value, trouble).into()
    }
}

/// The fields of an object that are still to be read.
struct Fields<'a> {
    left: Map<String, Value>,
    trouble: &'a mut Trouble,
}

impl<'a> Fields<'a> {
    fn of(value: Value, trouble: &'a mut Trouble) -> Self {
        let left = match value {
            Value::Object(fields) => fields,
            _ => {
                trouble.note();
                Map::new()
            }
        };
        Self { left, trouble }
    }

    fn take(&mut self, name: &'static str) -> Value {
        self.trouble.at = name;
        self.left.remove(name).unwrap_or_default()
    }

    fn needed<T: Read>(&mut self, name: &'static str) -> T {
        let value = self.take(name);
        T::read(value, self.trouble)
    }

    fn other<T: Read + Default>(&mut self, name: &'static str) -> T {
        let value = self.take(name);
        if value.is_null() { T::default() } else { T::read(value, self.trouble) }
    }
}

/// The name of a field in JSON: its own, or the one that is given.
macro_rules! key {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $key:literal) => {
        $key
    };
}

/// Shapes with the fields that must be there, and after `;` those that default.
macro_rules! shapes {
    ($($shape:ident { $($needed:ident),*; $($other:ident $(= $key:literal)?),* })*) => {$(
        impl Read for $shape {
            fn read(value: Value, trouble: &mut Trouble) -> Self {
                let mut fields = Fields::of(value, trouble);
                Self {
                    $($needed: fields.needed(stringify!($needed)),)*
                    $($other: fields.other(key!($other $($key)?)),)*
                }
            }
        }
    )*};
}

// Here, because the shapes above must be known to it.
#[cfg(any(feature = "engine", test))]
mod schema;

shapes! {
    Report {
        version, verdict;
        inputs, skipped, doubts, audits, chains, schemas, comparisons, plans, findings, not_evaluated, settings,
        left_out, stats
    }
    Verdict { status, headline, reason; diagnosis, because, joined, next_steps }
    NextStep { title; command, files }
    InputRow {
        name, kind, certainty;
        path, why, role, role_source, bytes, understood, notes, unreadable
    }
    Understood { ; statements, of }
    Audits { ; dev, prod, distance }
    AuditSide { ; input, database, revisions, version_state, tables, table_names }
    Distance { ; only_in_dev, only_in_prod, count }
    Schemas { ; dev, prod, head, after_plan }
    SchemaSummary { ; revisions, tables, table_names, missing_from_head, extra_to_head, complete }
    PlanView { file; remarks, statements, rows }
    StatementView { ; line, text, summary, findings }
    NotEvaluated { rule, why; }
    SettingRow { key, value; file, line }
    Stats { ; revisions, statements, understood, rules }

    ChainView { ; root, revisions, heads, bases, order, problems, ignored, notes, resembles, changed, from_output }
    ChainChange { revision, what; down, file }
    ChainRevision {
        id, file;
        down, depends_on, labels, message, create_date, line, is_head, is_base, is_branch_point,
        is_merge_point, changes, downgrade
    }
    Downgrade { kind; undoes, left_behind, lost, changed, fails, emptied, rows, undecided }
    Changes { ; created, dropped, renamed, undecided }
    IgnoredFile { file, why; }
    ChainProblem { rule, message; revision, file, alembic }
    Resemblance { role, revision; missing, extra, alike, ties, differences }

    FindingRow {
        id, rule, severity, certainty, title;
        cause, pending, file, line, column, end_line, excerpt, context, revision, objects, evidence, remedy,
        suppressed
    }
    Excerpt { ; first_line, lines, of_lines }
    ObjectRef { kind; schema, table, name }
    Evidence { text; file, line, revision, object, objects }
    Remedy { ; summary, steps, patches }
    RemedyStep { text; code, language }
    Patch { file, content; revision, follows }
    Suppressed { reason; until, file, line }

    ComparisonView { id, title, answer; same, differences, parts, undecided }
    Block { ; is, text, to, kids }
    Part { kind, name, sign, lines; open, origin }
    PartLine { sign, text; was, origin }
    OriginView { ; revision, file, line }
    UndecidedView { ; revision, file, line, what, affects }

    Progress { phase, done, total, name; }
}

/// Words, the first of which also stands for one that is unknown.
macro_rules! words {
    ($($shape:ident { $first_word:literal $first:ident $(, $word:literal $variant:ident)* })*) => {$(
        impl Read for $shape {
            fn read(value: Value, trouble: &mut Trouble) -> Self {
                const WORDS: &[(&str, $shape)] = &[($first_word, $shape::$first) $(, ($word, $shape::$variant))*];
                let text = value.as_str().unwrap_or_default();
                match WORDS.iter().find(|(word, _)| *word == text) {
                    Some((_, read)) => *read,
                    None => {
                        trouble.note();
                        $shape::$first
                    }
                }
            }
        }

        // A word that is added is missed here by the compiler.
        const _: fn($shape) = |it| match it { $shape::$first $(| $shape::$variant)* => {} };
    )*

        #[cfg(test)]
        fn written_words() -> Vec<(Value, Value)> {
            vec![$(
                ($first_word.into(), serde_json::to_value($shape::$first).unwrap_or_default()),
                $(($word.into(), serde_json::to_value($shape::$variant).unwrap_or_default()),)*
            )*]
        }
    };
}

words! {
    Severity { "notice" Notice, "warning" Warning, "danger" Danger, "blocker" Blocker }
    Certainty { "certain" Certain, "likely" Likely, "unverified" Unverified }
    ObjectKind {
        "database" Database, "schema" Schema, "table" Table, "column" Column, "constraint" Constraint,
        "index" Index, "type" Type, "sequence" Sequence, "view" View, "function" Function,
        "trigger" Trigger, "policy" Policy, "extension" Extension, "revision" Revision, "file" File
    }
    Language { "sql" Sql, "python" Python, "shell" Shell }
    Status { "unknown" Unknown, "pass" Pass, "warn" Warn, "fail" Fail }
    Diagnosis { "OK" Ok, "MISMATCH" Mismatch, "MISSING" Missing }
    DowngradeKind { "absent" Absent, "empty" Empty, "raises" Raises, "present" Present }
    Sureness { "guess" Guess, "likely" Likely, "certain" Certain }
    RoleSource {
        "person" Person, "title" Title, "kind" Kind, "database-name" DatabaseName, "file-name" FileName
    }
    VersionState {
        "not-given" NotGiven, "stamped" Stamped, "empty" Empty, "absent" Absent, "unreadable" Unreadable
    }
    Is {
        "row" Row, "title" Title, "heading" Heading, "para" Para, "dim" Dim, "span" Span,
        "note" Note, "mono" Mono, "code" Code, "strong" Strong, "section" Section, "meta" Meta,
        "buttons" Buttons, "page" Page, "card" Card, "band" Band, "list" List, "found" Found,
        "steps" Steps, "item" Item, "pairs" Pairs, "key" Key, "value" Value, "table" Table,
        "line" Line, "head" Head, "cell" Cell, "pre" Pre, "diff" Diff, "same" Same,
        "added" Added, "removed" Removed, "source" Source, "caption" Caption, "lines" Lines,
        "numbered" Numbered, "hit" Hit, "number" Number, "text" Text, "aside" Aside,
        "keyword" Keyword, "literal" Literal, "comment" Comment, "badge" Badge, "bad" Bad,
        "good" Good, "env" Env, "hatch" Hatch, "blocker" Blocker, "danger" Danger,
        "warning" Warning, "notice" Notice, "fold" Fold, "map" Map, "box" Box, "link" Link,
        "button" Button, "primary" Primary, "command" Command, "copy" Copy, "save" Save,
        "menu" Menu, "choice" Choice, "chosen" Chosen, "copy_first" CopyFirst, "field" Field,
        "meter" Meter, "squares" Squares, "ask" Ask, "ask_date" AskDate, "give" Give
    }
    Sign { "same" Same, "added" Added, "removed" Removed, "changed" Changed }
    Role {
        "dev" Dev, "prod" Prod, "plan" Plan, "before" Before, "after" After, "deploy" Deploy, "baseline" Baseline
    }
    Kind {
        "unknown" Unknown, "audit-summary" AuditSummary, "audit-console" AuditConsole,
        "collected-audit" CollectedAudit, "schema-dump" SchemaDump, "catalog-rows" CatalogRows,
        "alembic-revision" AlembicRevision, "alembic-environment" AlembicEnvironment,
        "alembic-output" AlembicOutput, "alembic-offline-sql" AlembicOfflineSql,
        "publish-plan" PublishPlan, "tool-output" ToolOutput, "sql" Sql, "diff" Diff,
        "deploy-file" DeployFile, "models" Models, "retort-report" RetortReport,
        "settings" Settings, "lock" Lock
    }
}

impl<T: Read> Read for Ticketed<T> {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        let mut fields = Fields::of(value, trouble);
        Self { ticket: fields.needed("ticket"), body: fields.needed("body") }
    }
}

impl Read for Response {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        let mut body = Fields::of(value, trouble);
        let name = body.left.keys().next().cloned().unwrap_or_default();
        match name.as_str() {
            "report" => Self::Report(body.needed("report")),
            "progress" => Self::Progress(body.needed("progress")),
            "view" => Self::View(body.needed("view")),
            "ready" => {
                let mut fields = Fields::of(body.take("ready"), body.trouble);
                Self::Ready { engine: fields.needed("engine"), rules: fields.needed("rules") }
            }
            "export" => {
                let mut fields = Fields::of(body.take("export"), body.trouble);
                Self::Export { name: fields.needed("name"), text: fields.needed("text") }
            }
            _ => {
                let mut fields = Fields::of(body.take("refused"), body.trouble);
                Self::Refused { why: fields.needed("why") }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_serde(value: &Value) -> Option<Report> {
        serde_json::from_value(value.clone()).ok()
    }

    fn by_us(value: &Value) -> Option<Report> {
        report(value.clone()).ok()
    }

    /// The address of every field and item.
    fn addresses(value: &Value, here: &str, all: &mut Vec<String>) {
        let within: Vec<(String, &Value)> = match value {
            Value::Object(fields) => fields.iter().map(|(name, it)| (name.clone(), it)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(ix, it)| (ix.to_string(), it)).collect()
            }
            _ => return,
        };
        for (name, field) in within {
            let address = format!("{here}/{name}");
            addresses(field, &address, all);
            all.push(address);
        }
    }

    fn without(value: &Value, address: &str) -> Value {
        let (parent, name) = address.rsplit_once('/').unwrap();
        let mut value = value.clone();
        match value.pointer_mut(parent).unwrap() {
            Value::Object(fields) => drop(fields.remove(name)),
            Value::Array(items) => drop(items.remove(name.parse().unwrap())),
            _ => unreachable!(),
        }
        value
    }

    fn with(value: &Value, address: &str, other: Value) -> Value {
        let mut value = value.clone();
        *value.pointer_mut(address).unwrap() = other;
        value
    }

    #[test]
    fn both_readers_take_and_refuse_the_same() {
        let value = serde_json::to_value(fixture::report(10, 2)).unwrap();
        assert_eq!(by_us(&value), by_serde(&value));
        let mut all = Vec::new();
        addresses(&value, "", &mut all);
        assert!(all.len() > 300, "{}", all.len());
        for address in &all {
            let less = without(&value, address);
            assert_eq!(by_us(&less), by_serde(&less), "without {address}");
            for other in
                [Value::from(-1), Value::from("?"), Value::from(true), Value::Object(Map::new())]
            {
                let odd = with(&value, address, other.clone());
                assert_eq!(by_us(&odd), by_serde(&odd), "{address} as {other}");
            }
        }
    }

    #[test]
    fn words_are_those_that_are_written() {
        for (word, written) in written_words() {
            assert_eq!(written, word);
        }
    }

    #[test]
    fn answers_are_read_as_they_are_written() {
        let progress =
            Progress { phase: "Reading".to_owned(), done: 1, total: 2, name: "x".to_owned() };
        let link = Block::of(Is::Link, vec![Block::new(Is::Code, "t")]).to("/chain?rev=a1");
        for body in [
            Response::View(vec![link, Block::default()]),
            Response::Ready { engine: "0.1.0".to_owned(), rules: 132 },
            Response::Progress(progress),
            Response::Report(Box::new(fixture::report(3, 1))),
            Response::Export { name: "retort.md".to_owned(), text: "#".to_owned() },
            Response::Refused { why: "no".to_owned() },
        ] {
            let sent = Ticketed { ticket: 7, body };
            assert_eq!(answer(&serde_json::to_string(&sent).unwrap()), Ok(sent));
        }
        for odd in [
            "",
            "{}",
            "[]",
            r#"{"ticket":1,"body":{"neither":{}}}"#,
            r#"{"ticket":-1,"body":{"refused":{"why":""}}}"#,
        ] {
            assert!(answer(odd).is_err(), "{odd}");
        }
    }
}

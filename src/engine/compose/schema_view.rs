//! One chain at one place → its schema as a wire value.

use std::borrow::Cow;

use crate::engine::case::Case;
use crate::engine::chain::{Chain, Revision, RevisionIx, Touch, Touches, order, resolve};
use crate::engine::facts::Stated;
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::op::{self, Clash, Detail, Op};
use crate::engine::schema::{Names, Schema, TableName};
use crate::engine::span::{DocumentId, Span};
use crate::engine::writers;
use crate::ordered::Set;
use crate::wire::schema::{NamingView, SchemaView, ScriptView, UndecidedView};
use crate::wire::{Certainty, Role, Understood};

use super::schema_parts::view;
use super::{origins, places};

/// Why there is no schema to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoSchema {
    /// No revision was read.
    NoChain,
    /// There are several, at these roots.
    Several(Vec<String>),
    /// There is no chain, and several databases are shown: their names, or those of their documents.
    SeveralDatabases(Vec<String>),
    /// The document with the schema before the first revision holds none that could be read.
    UnreadBaseline(String),
    /// Alembic refuses the place, in these words.
    Refused(String),
}

/// Replays a chain up to a place: the only one when none is named by its root, `heads` when no place is
/// given.
pub fn schema(
    case: &Case,
    ledger: &Ledger,
    root: Option<&str>,
    at: Option<&str>,
) -> Result<SchemaView, NoSchema> {
    replayed(case, ledger, root, at).map(|found| found.view)
}

/// A schema, how it is shown, and which steps made it.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown<'a> {
    /// A dump's own: it may be large.
    pub schema: Cow<'a, Schema>,
    pub view: SchemaView,
    /// The chain that made it, if one did, and by which steps.
    pub made: Option<(&'a Chain, Touches)>,
}

/// Like [`schema`], with the statements that make it.
pub fn script(
    case: &Case,
    ledger: &Ledger,
    root: Option<&str>,
    at: Option<&str>,
) -> Result<SchemaView, NoSchema> {
    let shown = replayed(case, ledger, root, at)?;
    Ok(written(shown.schema.into_owned(), shown.view))
}

/// Like [`schema`], or [`script`] where it is to be written; but the schema of a dump is taken out of the case, since
/// there is no room for several.
pub fn taken(
    case: &mut Case,
    ledger: &Ledger,
    (root, at): (Option<&str>, Option<&str>),
    is_written: bool,
) -> Result<SchemaView, NoSchema> {
    if chosen(case, root)?.is_some() {
        return match is_written {
            true => script(case, ledger, root, at),
            false => schema(case, ledger, root, at),
        };
    }
    let (number, said) = stated(case, ledger, database(case, root, at))?;
    let found = case.facts.stated.get_mut(number);
    let schema = found.map(|found| std::mem::take(&mut found.schema)).unwrap_or_default();
    Ok(match is_written {
        true => written(schema.clone(), said.of(schema)),
        false => said.of(schema),
    })
}

/// Puts in the statements that make a schema.
fn written(schema: Schema, mut view: SchemaView) -> SchemaView {
    let mut made = Schema { names: Names::counted(), ..Schema::empty(schema.dialect) };
    let way = writers::whole(schema);
    let (mut statements, mut missing) = (Vec::new(), way.missing);
    // What is written is not held any longer: a schema of megabytes is here several times.
    for step in way.steps {
        let texts = writers::statements(&step, &made);
        // What this database has no words for.
        if texts.is_empty() {
            missing.push(step.summary());
        }
        statements.extend(texts);
        let _clash = step.apply(&mut made);
    }
    view.script = Some(ScriptView { statements, missing });
    view
}

/// The database that is meant where there is no chain: a dump stands at no revision, so what is said after its name
/// is one.
fn database<'a>(case: &Case, root: Option<&'a str>, at: Option<&'a str>) -> Option<&'a str> {
    root.or(at.filter(|_| case.facts.stated.len() > 1))
}

/// Like [`schema`], with the schema itself.
pub(super) fn replayed<'a>(
    case: &'a Case,
    ledger: &Ledger,
    root: Option<&str>,
    at: Option<&str>,
) -> Result<Shown<'a>, NoSchema> {
    let Some(chain) = chosen(case, root)? else {
        let (number, said) = stated(case, ledger, database(case, root, at))?;
        let schema = case.facts.stated.get(number).map(|found| &found.schema);
        let view = said.of(schema.cloned().unwrap_or_default());
        let schema = schema.map(Cow::Borrowed).unwrap_or_default();
        return Ok(Shown { schema, view, ..Shown::default() });
    };
    let heads = place(chain, at.unwrap_or("heads"))?;
    run_to(case, ledger, chain, &heads)
}

/// Replays a chain up to these revisions.
pub(super) fn run_to<'a>(
    case: &Case,
    ledger: &Ledger,
    chain: &'a Chain,
    heads: &[RevisionIx],
) -> Result<Shown<'a>, NoSchema> {
    let mut touches = Touches::default();
    let mut schema = chain.replay.baseline().clone();
    let mut undecided = open_of_baseline(case)?;
    let mut understood = Understood::default();
    let mut assumed = Set::new();
    let open = open_of_files(ledger);
    for ix in order::between(&chain.graph, &[], heads) {
        let Some(revision) = chain.revision(ix) else { continue };
        let tally = ledger.tally(revision.span.document);
        understood.statements += tally.understood;
        understood.of += tally.seen;
        for found in of_document(&open, revision.span.document) {
            undecided.push(open_of_file(case, revision, found));
        }
        assumed.extend(revision.assumed_names.iter().cloned());
        for (number, step) in revision.upgrade.iter().enumerate() {
            if let Op::RenameTable { from, to } = &step.op
                && assumed.contains(from)
            {
                assumed.insert(to.clone());
            }
            let touch = Touch { revision: ix, step: number };
            let applied = touches.apply(&mut schema, &step.op, touch);
            // What may not happen at all has an entry that says so.
            if step.certainty == Certainty::Unverified {
                continue;
            }
            for (what, table) in op::unmodelled(&schema, &step.op) {
                let affects = table.map_or_else(everything, |table| vec![table.to_string()]);
                undecided.push(entry(case, revision, step.span, what, affects));
            }
            if let (Ok(()), Op::RenameTable { from, to }) = (&applied, &step.op) {
                follow(&mut undecided, &from.to_string(), &to.to_string());
            }
            if let Op::Detail { table, detail: Detail::Selected(parts) } = &step.op {
                for from in parts.iter().flat_map(|part| &part.from) {
                    follow(&mut undecided, &from.to_string(), &table.to_string());
                }
            }
            if let Err(clash) = applied {
                let done = op::describe(&step.op);
                let what = match before_the_chain(case, chain, &clash) {
                    Some(why) => format!("{done}: {why}"),
                    None => format!("{done}, which cannot happen: {}", clash.text()),
                };
                let affects = vec![clash.table().to_string()];
                undecided.push(entry(case, revision, step.span, what, affects));
            }
        }
    }
    assumed.retain(|table| schema.tables.contains_key(table));
    let naming = naming_view(case, chain);
    undecided.splice(0..0, assumed_names(naming.as_ref(), &assumed));
    undecided.dedup();
    let ids = heads.iter().filter_map(|ix| chain.revision(*ix)).map(|found| found.id.clone());
    let dialect_why = case.facts.dialect.why.clone();
    let at = ids.collect();
    let known = view(schema.clone());
    let mut view = SchemaView { at, naming, dialect_why, undecided, understood, ..known };
    origins::mark(&mut view, case, chain, &touches, schema.dialect);
    Ok(Shown { schema: Cow::Owned(schema), view, made: Some((chain, touches)) })
}

/// What is said of a schema beside what is in it.
struct Said {
    at: Vec<String>,
    undecided: Vec<UndecidedView>,
    understood: Understood,
}

impl Said {
    fn of(self, schema: Schema) -> SchemaView {
        let Self { at, undecided, understood } = self;
        SchemaView { at, undecided, understood, ..view(schema) }
    }
}

/// The schema that the only document states, by its number, where there is no chain; of several databases the one
/// of this name, or the only one with tables.
fn stated(case: &Case, ledger: &Ledger, database: Option<&str>) -> Result<(usize, Said), NoSchema> {
    let all = case.facts.stated.as_slice();
    // A cluster has databases that nobody made anything in, and roles beside them.
    let is_filled = |one: &&Stated| {
        let schema = &one.schema;
        let is_empty =
            schema.tables.is_empty() && schema.views.is_empty() && schema.enums.is_empty();
        all.len() == 1 || !(is_empty && schema.sequences.is_empty() && one.open.is_empty())
    };
    let filled: Vec<&Stated> = all.iter().filter(is_filled).collect();
    let is_wanted = |one: &&Stated| database.is_none() || one.database.as_deref() == database;
    let stated = match (all, filled.as_slice()) {
        ([], _) => return Err(NoSchema::NoChain),
        (_, [stated]) if is_wanted(stated) => *stated,
        (several, _) => {
            let wanted = several.iter().find(|one| database.is_some() && is_wanted(one));
            let name = |one: &&Stated| match &one.database {
                Some(name) => name.clone(),
                None => {
                    let document = case.documents.get(one.document);
                    document.map(|document| document.name.clone()).unwrap_or_default()
                }
            };
            let names = || NoSchema::SeveralDatabases(filled.iter().map(name).collect());
            wanted.ok_or_else(names)?
        }
    };
    let tally = ledger.tally(stated.document);
    let understood = Understood { statements: tally.understood, of: tally.seen };
    let undecided = open_of_stated(case, stated).collect();
    let rows = case.facts.audits.iter().filter(|audit| audit.document == stated.document);
    let at = rows.flat_map(|audit| audit.version.rows.iter().map(|(id, _)| id.clone())).collect();
    let number = all.iter().position(|one| std::ptr::eq(one, stated)).unwrap_or_default();
    Ok((number, Said { at, undecided, understood }))
}

pub(super) fn open_of_stated(case: &Case, stated: &Stated) -> impl Iterator<Item = UndecidedView> {
    let document = case.documents.get(stated.document);
    stated.open.iter().map(move |part| UndecidedView {
        revision: None,
        file: document.map(|document| document.name.clone()),
        line: document.map_or(0, |document| document.position(part.span.start).line),
        what: part.what.clone(),
        affects: part.tables.clone().unwrap_or_else(everything),
    })
}

/// The chain of this root, or the only one; `None` when there is none at all.
fn chosen<'a>(case: &'a Case, root: Option<&str>) -> Result<Option<&'a Chain>, NoSchema> {
    let is_it = |chain: &&Chain| root.is_none_or(|root| chain.root == root.trim_end_matches('/'));
    let fitting: Vec<&Chain> = case.chains.iter().filter(is_it).collect();
    match fitting.as_slice() {
        [chain] => Ok(Some(chain)),
        [] if root.is_none() || case.chains.is_empty() => Ok(None),
        _ => Err(NoSchema::Several(case.chains.iter().map(|chain| chain.root.clone()).collect())),
    }
}

/// What is not known of the schema before the first revision.
fn open_of_baseline(case: &Case) -> Result<Vec<UndecidedView>, NoSchema> {
    let given = case.documents.iter().find(|(_, one)| one.role == Some(Role::Baseline));
    match (case.facts.baseline(), given) {
        (Some(stated), _) => Ok(open_of_stated(case, stated).collect()),
        (None, Some((_, document))) => Err(NoSchema::UnreadBaseline(document.name.clone())),
        (None, None) => Ok(Vec::new()),
    }
}

/// Why something is missing that no revision makes: it was there before.
fn before_the_chain(case: &Case, chain: &Chain, clash: &Clash) -> Option<String> {
    let Clash::Missing(table) = clash else { return None };
    let created = chain.origin(table).and_then(|origin| origin.created);
    (created.is_none() && case.facts.baseline().is_none()).then(|| {
        format!(
            "no migration creates `{table}`, so it comes from before the first one; give the schema \
             that was there then with --baseline"
        )
    })
}

/// Where Alembic's words for a place lead; several with commas between them, as the version table of a
/// branched history has several rows.
fn place(chain: &Chain, at: &str) -> Result<Vec<RevisionIx>, NoSchema> {
    let mut found = Vec::new();
    for one in at.split(',') {
        let places = resolve::target(&chain.graph, one.trim()).map_err(|refused| {
            NoSchema::Refused(refused.message(resolve::Command::Upgrade, one.trim()))
        })?;
        for ix in places {
            if !found.contains(&ix) {
                found.push(ix);
            }
        }
    }
    Ok(found)
}

/// The naming convention of a chain.
fn naming_view(case: &Case, chain: &Chain) -> Option<NamingView> {
    let naming = case.facts.surroundings.naming_of(&chain.revisions.first()?.path);
    let (file, line) = places::line(case, naming.span);
    let owned = |(key, pattern): (&str, Option<&str>)| (key.to_owned(), pattern.map(str::to_owned));
    let convention = naming.convention.map(|found| found.patterns().map(owned).collect());
    Some(NamingView { convention, why: naming.told, file, line })
}

/// Names that a convention would have made which nobody has seen: said once, with the tables they are in.
fn assumed_names(naming: Option<&NamingView>, assumed: &Set<TableName>) -> Option<UndecidedView> {
    let naming = naming.filter(|naming| naming.convention.is_none() && !assumed.is_empty())?;
    Some(UndecidedView {
        revision: None,
        file: naming.file.clone(),
        line: naming.line,
        what: format!(
            "names of constraints and indexes that the migrations leave to others: {}, so they are \
             shown as they are without a naming convention",
            naming.why
        ),
        affects: assumed.iter().map(ToString::to_string).collect(),
    })
}

/// What was open of a table is open of it under its new name.
fn follow(undecided: &mut [UndecidedView], from: &str, to: &str) {
    for entry in undecided {
        let names_it = entry.affects.iter().any(|table| table == from);
        if names_it && !entry.affects.iter().any(|table| table == to) {
            entry.affects.push(to.to_owned());
        }
    }
}

pub(super) fn everything() -> Vec<String> {
    vec!["*".to_owned()]
}

/// What the reading of files left open, in the order of the files.
fn open_of_files(ledger: &Ledger) -> Vec<&Undecided> {
    let all = ledger.undecided_entries().iter();
    let mut open: Vec<&Undecided> = all.filter(|one| one.affects != Affects::Nothing).collect();
    crate::ordered::sort_by_key(&mut open, |one| one.span.document);
    open
}

/// Those of one file.
fn of_document<'a>(
    open: &'a [&'a Undecided],
    document: DocumentId,
) -> impl Iterator<Item = &'a Undecided> {
    let from = open.partition_point(|one| one.span.document < document);
    let rest = open.get(from..).unwrap_or_default().iter().copied();
    rest.take_while(move |one| one.span.document == document)
}

fn open_of_file(case: &Case, revision: &Revision, found: &Undecided) -> UndecidedView {
    let affects = match &found.affects {
        Affects::Nothing => Vec::new(),
        Affects::Everything => everything(),
        Affects::Tables(tables) => tables.clone(),
    };
    entry(case, revision, found.span, found.what.clone(), affects)
}

fn entry(
    case: &Case,
    revision: &Revision,
    span: Span,
    what: String,
    affects: Vec<String>,
) -> UndecidedView {
    let document = case.documents.get(span.document);
    UndecidedView {
        revision: Some(revision.id.clone()),
        file: document.map(|document| document.name.clone()),
        line: document.map_or(0, |document| document.position(span.start).line),
        what,
        affects,
    }
}

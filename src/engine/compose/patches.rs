//! Ways out as files that only add: SQL to run in place of a statement, revisions to follow the chain.

use sha2::{Digest, Sha256};

use crate::engine::case::Case;
use crate::engine::chain::{Chain, Revision, RevisionIx, order};
use crate::engine::ledger::Finding;
use crate::wire::Patch;
use crate::wire::revision_file::{RevisionFile, python_text};

/// Hexadecimal digits of a revision's id.
const REVISION_DIGITS: usize = 12;
/// A step waits for its lock no longer than that, so that nobody queues behind it.
const TIMEOUT: &str = "SET lock_timeout = '5s'";
const TIMEOUT_ENDS: &str = "RESET lock_timeout";

/// Returns the files that take the place of what a finding is about. Of a revision that has run already, and
/// of what cannot be written out whole, none.
pub(super) fn patches(case: &Case, finding: &Finding, id: &str) -> Vec<Patch> {
    if finding.rule.0 == "alembic-multiple-heads" {
        return merge(case, finding, id).into_iter().collect();
    }
    // A name with something invisible in it is no text to run.
    if finding.stages.is_empty() || !finding.stages.iter().all(|stage| is_plain(&stage.sql)) {
        return Vec::new();
    }
    match finding.revision.as_deref() {
        None => vec![script(case, finding, id)],
        Some(revision) => revisions(case, finding, (id, revision)).unwrap_or_default(),
    }
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || c == ' ' || c.is_ascii_graphic() || c.is_alphanumeric())
}

/// "line 3 of `plan.sql`".
fn place(case: &Case, finding: &Finding) -> String {
    let place = super::places::place(case, finding.span);
    let shown = |c: char| if is_plain(c.encode_utf8(&mut [0; 4])) { c } else { '?' };
    let name: String = place.file.chars().filter(|c| *c != '\n').map(shown).collect();
    format!("line {} of {name}", place.start.line)
}

fn script(case: &Case, finding: &Finding, id: &str) -> Patch {
    let mut content = format!(
        "-- In place of {}: leave that out, and run this with psql, outside of a transaction.\n{TIMEOUT};\n",
        place(case, finding)
    );
    for stage in &finding.stages {
        for part in ["-- ", &stage.text, "\n", &stage.sql, "\n"] {
            content.push_str(part);
        }
    }
    content.push_str(TIMEOUT_ENDS);
    content.push_str(";\n");
    let file = format!("{}_{}.sql", id, finding.rule.0.replace('-', "_"));
    Patch { file, content, ..Patch::default() }
}

/// One revision for each step, each in a transaction of its own whatever `env.py` says: what a later step
/// needs stays when it fails, and can be tried again.
fn revisions(case: &Case, finding: &Finding, (id, of): (&str, &str)) -> Option<Vec<Patch>> {
    let (number, chain) = case.chains.iter().enumerate().find(|(_, c)| c.find(of).is_some())?;
    let ix = chain.find(of)?;
    let heads = heads_after(chain, ix);
    let has_run = match case.pending() {
        Some(pending) => !pending.contains(&(number, ix)),
        None => !chain.graph.heads.contains(&ix),
    };
    let first = chain.revision(*heads.first()?)?;
    if has_run || !chain.graph.missing.is_empty() {
        return None;
    }
    let folder = first.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut down: Vec<String> =
        heads.iter().filter_map(|head| chain.revision(*head)).map(|one| one.id.clone()).collect();
    let note = format!(
        "In place of {}: leave that out there, and what takes it back, as long as the revision ran nowhere.",
        place(case, finding)
    );
    let slug = finding.rule.0.replace('-', "_");
    let count = finding.stages.len();
    let mut patches = Vec::new();
    for (ordinal, stage) in finding.stages.iter().enumerate() {
        let own = revision_id(id, ordinal, chain);
        let upgrade = block([TIMEOUT, &stage.sql, TIMEOUT_ENDS].into_iter().flat_map(statements));
        let downgrade = match stage.undo.as_str() {
            "" => Vec::new(),
            undo => block(statements(undo)),
        };
        let content = RevisionFile {
            id: &own,
            down: &down,
            message: &stage.text,
            notes: std::slice::from_ref(&note),
            imports: &[],
            upgrade: &upgrade,
            downgrade: &downgrade,
        }
        .text();
        let part = if count > 1 { format!("_{}", ordinal + 1) } else { String::new() };
        let slash = if folder.is_empty() { "" } else { "/" };
        let file = format!("{folder}{slash}{own}_{slug}{part}.py");
        let follows = std::mem::replace(&mut down, vec![own.clone()]);
        patches.push(Patch { file, content, revision: Some(own), follows });
    }
    Some(patches)
}

/// One revision that follows all heads and changes nothing.
fn merge(case: &Case, finding: &Finding, id: &str) -> Option<Patch> {
    let named = |name: &str| finding.objects.iter().any(|one| one.name.as_deref() == Some(name));
    let is_it = |chain: &&Chain| {
        let heads = &chain.graph.heads;
        heads.iter().filter_map(|ix| chain.revision(*ix)).filter(|one| named(&one.id)).count() > 1
    };
    let chain = case.chains.iter().find(is_it).filter(|chain| chain.graph.missing.is_empty())?;
    let heads = chain.graph.heads.iter().filter_map(|ix| chain.revision(*ix));
    let heads: Vec<&Revision> = heads.filter(|one| named(&one.id)).collect();
    let down: Vec<String> = heads.iter().map(|one| one.id.clone()).collect();
    if !is_plain(&down.concat()) {
        return None;
    }
    let own = revision_id(id, 0, chain);
    let (folder, _) = heads.first()?.path.rsplit_once('/').unwrap_or_default();
    let slash = if folder.is_empty() { "" } else { "/" };
    let file = format!("{folder}{slash}{own}_merge_heads.py");
    let content =
        RevisionFile { id: &own, down: &down, message: "merge heads", ..RevisionFile::default() }
            .text();
    Some(Patch { file, content, revision: Some(own), follows: down })
}

/// The heads that come after a revision, itself where it is one.
fn heads_after(chain: &Chain, ix: RevisionIx) -> Vec<RevisionIx> {
    let heads = chain.graph.heads.iter().copied();
    heads.filter(|head| order::ancestors(&chain.graph, &[*head]).contains(ix)).collect()
}

/// The same finding has the same ids, and no revision of the chain has one of them.
fn revision_id(finding: &str, ordinal: usize, chain: &Chain) -> String {
    let taken = |id: &str| chain.revisions.iter().any(|Revision { id: own, .. }| own == id);
    let mut text = format!("{finding}:{ordinal}");
    loop {
        let digest = Sha256::digest(text.as_bytes());
        let mut id: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        id.truncate(REVISION_DIGITS);
        if !taken(&id) {
            return id;
        }
        text.push('.');
    }
}

fn statements(sql: &str) -> impl Iterator<Item = String> + '_ {
    let lines = sql.split(";\n").map(|one| one.trim_end_matches(';').trim());
    lines.filter(|one| !one.is_empty()).map(str::to_owned)
}

fn block(statements: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines = vec!["with op.get_context().autocommit_block():".to_owned()];
    // A colon would be a parameter of SQLAlchemy's.
    lines.extend(statements.map(|sql| {
        let sql = python_text(&sql).replace("::", "\\\\:\\\\:");
        format!("    op.execute({sql})")
    }));
    lines
}

//! What is known of a lost revision, as a file to complete: each line with where it is known from.

use crate::ordered::Set;

use crate::engine::chain::Chain;
use crate::engine::compare::{Side, compare};
use crate::engine::op::Op;
use crate::engine::schema::{Ident, Schema, TableName};
use crate::engine::span::Span;
use crate::engine::writers::{alembic, way};
use crate::wire::revision_file::RevisionFile;

use super::{Lost, Why};

/// A file for `versions/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub file: String,
    pub content: String,
    /// Nothing that it must have made is left open.
    pub is_whole: bool,
}

/// Writes the draft; `place` says where something stands.
pub fn draft(lost: &Lost, chain: &Chain, place: &dyn Fn(Span) -> String) -> Draft {
    let (lines, is_whole) = upgrade(lost, place);
    let down = parents(lost, chain);
    let children: Vec<&str> =
        lost.children.iter().filter_map(|ix| Some(chain.revision(*ix)?.id.as_str())).collect();
    let notes = [
        ["A draft of a revision that was lost: ", &children.join(", "), " follows it, and no file has it."].concat(),
        "What is here is what other revisions and audits speak of; there may have been more.".to_owned(),
        "Look for the file in version control before this one is used. Databases that are past it never run it.".to_owned(),
        match down.is_empty() {
            true => "That it was the first revision is a guess: nothing else could come before it.".to_owned(),
            false => "That it followed this one is a guess: no other revision does.".to_owned(),
        },
    ];
    let imports = alembic::imports(lines.iter());
    let downgrade =
        ["raise NotImplementedError('What the lost revision took back is not known.')".to_owned()];
    let content = RevisionFile {
        id: &lost.id,
        down: &down,
        message: "draft of a lost revision",
        notes: &notes,
        imports: &imports,
        upgrade: &lines,
        downgrade: &downgrade,
    }
    .text();
    let content = match down.is_empty() {
        true => content
            .replace("# The revision that this one follows is not known: name it here.\n", ""),
        false => content,
    };
    Draft { file: [&plain(&lost.id), "_draft_of_lost.py"].concat(), content, is_whole }
}

/// The revision that it has probably followed: the only one that nothing follows.
fn parents(lost: &Lost, chain: &Chain) -> Vec<String> {
    match lost.parents.as_slice() {
        [one] => chain.revision(*one).map(|one| one.id.clone()).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn plain(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn table_of(op: &Op) -> Option<&TableName> {
    op.tables().first().copied()
}

/// A line that makes a column, with where the column is known from.
fn with_evidence(line: String, op: &Op, lost: &Lost, why: &dyn Fn(&Why) -> String) -> String {
    let Some(table) = table_of(op) else { return line };
    let names = |part: &Ident| {
        let quoted = ["('", part.as_str(), "'"].concat();
        line.contains(&quoted)
    };
    let known = lost
        .evidence
        .iter()
        .find(|((of, part), _)| of == table && part.as_ref().is_some_and(names));
    match known {
        Some((_, known)) => [&line, "  # ", &why(known)].concat(),
        None => line,
    }
}

/// The lines of `upgrade()`, and whether nothing is left open in them.
fn upgrade(lost: &Lost, place: &dyn Fn(Span) -> String) -> (Vec<String>, bool) {
    let why = |why: &Why| match why.span {
        Some(span) => [&why.text, " (", &place(span), ")"].concat().replace('`', ""),
        None => why.text.clone(),
    };
    let side = |schema: &Schema| Side { schema: schema.clone(), ..Side::default() };
    let found = compare(&side(&lost.before), &side(&lost.after));
    let steps = way(&lost.before, &lost.after, &found, false).steps;
    let mut lines: Vec<String> = Vec::new();
    let mut schema = lost.before.clone();
    let mut told = Set::new();
    for step in &steps {
        if let Some(table) = table_of(&step.op)
            && let Some(known) = lost.evidence.get(&(table.clone(), None))
            && told.insert(table.clone())
        {
            lines.push(["# ", &table.to_string(), ": ", &why(known)].concat());
        }
        for line in alembic::lines(step, &schema) {
            lines.push(with_evidence(line, &step.op, lost, &why));
        }
        // What it needs is there: the way is in an order that runs.
        let _clash = step.apply(&mut schema);
    }
    let empty =
        |table: &&TableName| lost.after.tables.get(table).is_none_or(|one| one.columns.is_empty());
    let tables = lost.evidence.keys().filter(|(_, part)| part.is_none()).map(|(table, _)| table);
    let bare: Vec<&TableName> = tables.filter(empty).collect();
    let is_whole = bare.is_empty() && lost.open.is_empty();
    let how = match lost.may_be_older {
        true => " was made here or is older than the first revision: ",
        false => " was made here, of what is not known: ",
    };
    for table in bare {
        let known = lost.evidence.get(&(table.clone(), None)).map(&why).unwrap_or_default();
        lines.push(["# ", &table.to_string(), how, &known].concat());
    }
    for (table, part) in &lost.open {
        let known =
            lost.evidence.get(&(table.clone(), Some(part.clone()))).map(&why).unwrap_or_default();
        lines.push(
            [
                "# ",
                &table.to_string(),
                ".",
                part.as_str(),
                " was made here, as what is not known: ",
                &known,
            ]
            .concat(),
        );
    }
    if !is_whole {
        let stop = "raise NotImplementedError('A draft: complete what the comments below name, then take this line out.')";
        lines.insert(0, stop.to_owned());
    }
    (lines, is_whole)
}

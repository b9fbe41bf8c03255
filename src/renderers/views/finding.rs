//! A finding: where it is, how Retort knows, what hangs on it, what to do instead.

use super::highlight::Lexer;
use super::words::{
    button, code, finding as named, is_python, link, place, pre, prose, revision, section,
    severity, text,
};
use super::{Query, share};
use crate::renderers::visible::visible;
use crate::wire::share::Location;
use crate::wire::words::thousands;
use crate::wire::{
    Block, Book, Certainty, Evidence, FindingRow, Is, ObjectKind, Remedy, RemedyStep,
};

/// Things in a map; more are counted.
const MAP_MAX: usize = 24;

/// Composes one finding.
pub fn finding(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let of = named(book.report(), query.get("f")).ok_or("That finding isn't in this review.")?;
    let sure = match of.certainty {
        Certainty::Certain => "certain",
        Certainty::Likely => "likely: rests on a stated assumption",
        Certainty::Unverified => "unverified: part of it couldn't be resolved",
    };
    let rule = link("?rule=", &of.rule, text(Is::Note, &of.rule));
    let meta = Block::of(Is::Meta, vec![severity(of.severity)])
        .with((!of.pending).then(|| Block::new(Is::Badge, "History")))
        .with(rule)
        .with(Block::new(Is::Note, ["· ", sure].concat()));
    let mut blocks = vec![meta, prose(Is::Title, &of.title)];
    if let Some(suppressed) = &of.suppressed {
        let until = suppressed.until.iter().map(|until| [" Until ", until, "."].concat());
        let said = ["Suppressed: ", &suppressed.reason, &until.collect::<String>()].concat();
        blocks.push(text(Is::Dim, &said));
    }
    blocks.extend(excerpt(of, book));
    blocks.extend(knows(of, book));
    blocks.extend(map(of, book));
    blocks.extend(instead(&of.remedy, book.has_files()));
    blocks.push(buttons(of, book));
    Ok(blocks)
}

/// The lines around it, or its own line; its place where a link left them out.
fn excerpt(of: &FindingRow, book: &dyn Book) -> Option<Block> {
    let (first, lines, all) = match (&of.context, &of.excerpt) {
        (Some(context), _) => (context.first_line, context.lines.clone(), context.of_lines),
        (None, Some(text)) => (of.line, text.lines().map(str::to_owned).collect(), 0),
        (None, None) if of.file.is_empty() => return None,
        (None, None) => {
            return Some(Block::of(Is::Dim, vec![place(&of.file, of.line, book.has_files())]));
        }
    };
    let said = match (of.line, all) {
        (0, _) => String::new(),
        (line, 0) => ["line ", &thousands(line)].concat(),
        (line, all) => ["line ", &thousands(line), " of ", &thousands(all)].concat(),
    };
    let caption = Block::of(Is::Caption, vec![place(&of.file, of.line, book.has_files())])
        .with(Block::new(Is::Span, said));
    let mut lexer = Lexer::new(is_python(&of.file));
    let last = of.end_line.max(of.line);
    let row = |(ix, words): (usize, &String)| {
        let number = first + ix;
        numbered(number, lexer.line(words), of.line <= number && number <= last)
    };
    let lines = lines.iter().enumerate().map(row).collect();
    let label = ["Excerpt of ", &visible(&of.file)].concat();
    Some(Block::new(Is::Source, label).with(caption).with(Block::of(Is::Lines, lines)))
}

/// A line of a document; one that a finding is about is said to be.
pub fn numbered(number: usize, pieces: Vec<Block>, hit: bool) -> Block {
    let is = if hit { Is::Hit } else { Is::Numbered };
    let number = Block::new(Is::Number, number.to_string());
    let aside = hit.then(|| Block::new(Is::Aside, "here: "));
    Block::of(is, vec![number, Block::of(Is::Text, aside.into_iter().chain(pieces).collect())])
}

fn knows(of: &FindingRow, book: &dyn Book) -> Option<Block> {
    let mut items: Vec<Block> = of.evidence.iter().map(|item| evidence(item, book)).collect();
    if items.is_empty() && !of.objects.is_empty() {
        let named =
            |object: &crate::wire::ObjectRef| [object.kind.word(), " ", &object.label()].concat();
        let objects: Vec<String> = of.objects.iter().map(named).collect();
        items.push(text(Is::Item, &["It is about ", &objects.join(", "), "."].concat()));
    }
    (!items.is_empty()).then(|| section("What Retort knows about it", Block::of(Is::List, items)))
}

fn evidence(of: &Evidence, book: &dyn Book) -> Block {
    let said = prose(Is::Span, &of.text);
    let said = match &of.revision {
        Some(id) => link("/chain?rev=", id, said),
        None => said,
    };
    let at = of.file.as_ref().filter(|_| of.line > 0);
    let at = at.map(|file| place(file, of.line, book.has_files()));
    Block::of(Is::Item, vec![said, Block::new(Is::Row, " ")]).with(at)
}

/// The table and what hangs on it.
fn map(of: &FindingRow, book: &dyn Book) -> Option<Block> {
    let about = |kind| of.objects.iter().find(move |object| object.kind == kind);
    let object = about(ObjectKind::Table).or_else(|| about(ObjectKind::Column))?;
    let table = object.table.as_deref().or(object.name.as_deref())?;
    let schema = object.schema.as_deref().filter(|schema| *schema != "public");
    let name = match schema {
        Some(schema) => [schema, ".", table].concat(),
        None => table.to_owned(),
    };
    let hanging = book.dependents(of.revision.as_deref(), &name);
    if hanging.is_empty() {
        return None;
    }
    let item = |[how, what]: &[String; 2]| {
        Block::of(Is::Item, vec![text(Is::Note, how), Block::new(Is::Row, " "), code(what)])
    };
    let items: Vec<Block> = hanging.iter().take(MAP_MAX).map(item).collect();
    let map = Block::of(Is::Map, vec![text(Is::Box, &name), Block::of(Is::Found, items)]);
    Some(section("What hangs on it", map).with(super::words::more(hanging.len(), MAP_MAX)))
}

/// What to do instead, with the files it takes.
pub fn instead(remedy: &Remedy, has_files: bool) -> Option<Block> {
    if remedy.summary.is_empty() && remedy.steps.is_empty() && remedy.patches.is_empty() {
        return None;
    }
    let summary = (!remedy.summary.is_empty()).then(|| prose(Is::Para, &remedy.summary));
    let steps: Vec<Block> = remedy.steps.iter().map(step).collect();
    let steps = (!steps.is_empty()).then(|| Block::of(Is::Steps, steps));
    let lost = lost(remedy);
    let lost = (!lost.is_empty()).then(|| {
        let said = ["Can’t be undone: it ", &lost.join(", and ")].concat();
        Block::of(Is::Para, vec![Block::new(Is::Bad, [&said, "."].concat())])
    });
    Some(section("Instead", summary).with(steps).with(patches(remedy, has_files)).with(lost))
}

/// What takes data away for good, by how it is written in SQL and in a revision.
const LOSES: [(&str, &str); 8] = [
    ("drop table", TABLE_LOST),
    (".drop_table(", TABLE_LOST),
    ("drop column", COLUMN_LOST),
    (".drop_column(", COLUMN_LOST),
    ("drop schema", "drops a schema with all that is in it"),
    ("drop database", "drops a database"),
    ("truncate ", "empties a table"),
    ("delete from", "deletes rows"),
];
const TABLE_LOST: &str = "drops a table with its rows";
const COLUMN_LOST: &str = "drops a column with its values";

/// What following a remedy takes away for good. The way back of a revision that it proposes is no part of it.
fn lost(remedy: &Remedy) -> Vec<&'static str> {
    let steps = remedy.steps.iter().filter_map(|step| step.code.as_deref());
    let files = remedy.patches.iter().map(|patch| patch.content.as_str());
    let files = files.filter_map(|content| content.split("def downgrade").next());
    let code = steps.chain(files).collect::<Vec<_>>().join("\n").to_lowercase();
    let mut lost: Vec<&str> = Vec::new();
    for (written, said) in LOSES {
        if code.contains(written) && !lost.contains(&said) {
            lost.push(said);
        }
    }
    lost
}

fn step(step: &RemedyStep) -> Block {
    let code = step.code.as_deref().into_iter().flat_map(|code| {
        if code.contains('\n') {
            vec![pre(code), Block::new(Is::Copy, "Copy").to(code)]
        } else {
            vec![text(Is::Command, code).to(code)]
        }
    });
    prose(Is::Item, &step.text).with(code)
}

/// The files a remedy proposes: to be read, copied and saved.
pub fn patches(remedy: &Remedy, has_files: bool) -> Vec<Block> {
    let patch = |patch: &crate::wire::Patch| {
        let mut lexer = Lexer::new(is_python(&patch.file));
        let added = |line: &str| {
            Block::of(Is::Added, vec![Block::new(Is::Row, "+ ")]).with(lexer.line(line))
        };
        let lines = patch.content.lines().map(added).collect();
        let give = has_files.then(|| {
            let content = Block::new(Is::Row, patch.content.as_str());
            Block::new(Is::Give, "Try it here").to(patch.file.as_str()).with(content)
        });
        let ways = Block::of(
            Is::Buttons,
            vec![
                Block::new(Is::Copy, "Copy the file").to(patch.content.as_str()),
                Block::new(Is::Save, "Save it")
                    .to(super::words::file_name(&patch.file))
                    .with(Block::new(Is::Row, patch.content.as_str())),
            ],
        )
        .with(give);
        let name = text(Is::Mono, &patch.file);
        Block::of(Is::Fold, vec![name, Block::of(Is::Diff, lines), ways])
    };
    remedy.patches.iter().map(patch).collect()
}

fn buttons(of: &FindingRow, book: &dyn Book) -> Block {
    let mut ways = Vec::new();
    if !of.remedy.steps.is_empty() {
        ways.push(Block::new(Is::Copy, "Copy the steps").to(steps_as_text(&of.remedy)));
    }
    let known = |id: &&String| {
        book.report().chains.iter().any(|chain| chain.revisions.iter().any(|one| one.id == **id))
    };
    let near = of.evidence.iter().filter_map(|evidence| evidence.revision.as_ref());
    if let Some(id) = of.revision.iter().chain(near).find(known) {
        ways.push(button("Show in chain", "/chain?rev=", id));
    }
    if of.line > 0 {
        let at = [&of.file, ":", &of.line.to_string()].concat();
        if book.has_files() {
            ways.push(button("Open the source", "?source=", &at));
        }
        ways.push(Block::new(Is::Copy, "Copy file:line").to(at));
    }
    ways.push(Block::new(Is::Copy, "Copy as Markdown").to(as_markdown(of)));
    ways.push(share::at(Location::Finding(of.id.clone())));
    if of.suppressed.is_none() {
        ways.push(button("Suppress", "?ignore=", &of.id));
    }
    Block::of(Is::Buttons, ways)
}

fn as_markdown(of: &FindingRow) -> String {
    let line = of.line.to_string();
    let title = visible(&of.title);
    let place = if of.file.is_empty() { String::new() } else { [&of.file, ":", &line].concat() };
    [
        "**",
        of.severity.word(),
        "** ",
        &title,
        " — `",
        &visible(&place),
        "` (",
        &of.rule,
        ")\n\n",
        &visible(&of.remedy.summary),
        "\n",
    ]
    .concat()
}

/// A remedy as numbered lines, for pasting into a message.
fn steps_as_text(remedy: &Remedy) -> String {
    let mut text = String::new();
    for (ix, step) in remedy.steps.iter().enumerate() {
        text.push_str(&[&(ix + 1).to_string(), ". ", &step.text, "\n"].concat());
        for line in step.code.iter().flat_map(|code| code.lines()) {
            text.push_str(&["   ", line, "\n"].concat());
        }
    }
    text
}

/// The revision a finding is about, as a way to it.
pub fn of_revision(of: &FindingRow) -> Option<Block> {
    of.revision.as_deref().map(revision)
}

//! Everything that was given → the comparisons that matter.

use crate::engine::case::{self, Case};
use crate::engine::ledger::Ledger;
use crate::engine::op::{self, Op};
use crate::engine::schema::TableName;
use crate::limits::COMPARISON_LINES_MAX;
use crate::wire::diff::{DifferenceKind, DifferenceView, UndecidedDifference};
use crate::wire::schema::{OriginView, UndecidedView, qualified};
use crate::wire::words::count;
use crate::wire::{Certainty, ComparisonView, ObjectKind, Part, PartLine, Role, Sign};

use super::diff;
use super::ends::{self, End};
use super::schema_view;

/// Compares what there is: dev with prod, prod with the chain's head, and the head with where the plan leads.
pub(super) fn comparisons(case: &Case, ledger: &Ledger) -> Vec<ComparisonView> {
    let prod = ends::of_role(case, ledger, Role::Prod);
    let Some(prod) = prod else { return Vec::new() };
    let dev = ends::of_role(case, ledger, Role::Dev);
    let head = ends::of_head(case, ledger);
    let planned = planned(case, ledger, &prod);
    let asked = [
        ("prod-dev", ["prod", "dev"], Some(&prod), dev.as_ref()),
        ("prod-head", ["prod", "the chain's head"], Some(&prod), head.as_ref()),
        ("plan-head", ["prod after the plan", "the chain's head"], planned.as_ref(), head.as_ref()),
    ];
    let mut found = Vec::new();
    for (id, names, from, to) in asked {
        if let (Some(from), Some(to)) = (from, to) {
            found.push(compared(id, names, from, to));
        }
    }
    found
}

/// Compares any two ends: `dev`, `prod`, `plan`, `head`, or a revision by its id. On `Err` says which there is
/// no schema of.
pub fn between(
    case: &Case,
    ledger: &Ledger,
    from: &str,
    to: &str,
) -> Result<ComparisonView, String> {
    let end = |name: &str| {
        let found = match name {
            "dev" => ends::of_role(case, ledger, Role::Dev),
            "prod" => ends::of_role(case, ledger, Role::Prod),
            "head" => ends::of_head(case, ledger),
            "plan" => ends::of_role(case, ledger, Role::Prod)
                .and_then(|prod| planned(case, ledger, &prod)),
            revision => ends::of_revision(case, ledger, revision),
        };
        let said = match name {
            "plan" => "prod after the plan".to_owned(),
            "head" => "the chain's head".to_owned(),
            "dev" | "prod" => name.to_owned(),
            revision => format!("`{revision}`"),
        };
        match found {
            Some(end) => Ok((said, end)),
            None => Err(format!("There is no schema of {said} in this input.")),
        }
    };
    let ((one, from_end), (other, to_end)) = (end(from)?, end(to)?);
    Ok(compared(&format!("{from}-{to}"), [&one, &other], &from_end, &to_end))
}

fn compared(id: &str, [one, other]: [&str; 2], from: &End, to: &End) -> ComparisonView {
    let (_, differences, undecided) = diff::found(from, to);
    let counted = differences.iter().filter(|one| one.kind != DifferenceKind::Reordered).count();
    let open = undecided.len();
    let (answer, same) = match (counted, open) {
        (0, 0) if id == "plan-head" => ("The plan leads to the chain's head.".to_owned(), true),
        (0, 0) => (format!("There is no difference between {one} and {other}."), true),
        (0, _) if from.tables_only || to.tables_only => (
            "The tables are the same; columns and the rest aren't known of both.".to_owned(),
            false,
        ),
        (0, open) => {
            let open = count(open, "thing is", "things are");
            (format!("No difference was found, but {open} not known."), false)
        }
        (some, open) => {
            let some = count(some, "thing differs", "things differ");
            let open = match open {
                0 => String::new(),
                open => format!(", and {} not known", count(open, "is", "are")),
            };
            let lead = match id {
                "plan-head" => "The plan doesn't lead to the chain's head: ",
                _ => "",
            };
            (format!("{lead}{some}{open}."), false)
        }
    };
    ComparisonView {
        id: id.to_owned(),
        title: format!("{one} and {other}"),
        answer,
        same,
        differences: counted,
        parts: parts(&differences),
        undecided: undecided.into_iter().take(COMPARISON_LINES_MAX).map(open_view).collect(),
    }
}

/// Prod once the plan has run on it, with what nobody can say of that.
fn planned(case: &Case, ledger: &Ledger, prod: &End) -> Option<End> {
    if case.facts.plans.is_empty() {
        return None;
    }
    let mut end = prod.clone();
    // A line that is no statement at all could have been one.
    for plan in &case.facts.plans {
        ends::left_open(case, ledger, plan.document, &mut end.undecided);
    }
    for statement in case.facts.plans.iter().flat_map(|plan| plan.statements()) {
        for step in &statement.steps {
            let mut open = |what: String, tables: &[TableName]| {
                let mut entry = ends::undecided(case, step.span, what, Vec::new());
                entry.affects = match tables {
                    [] => schema_view::everything(),
                    tables => tables.iter().map(ToString::to_string).collect(),
                };
                let is_said =
                    |one: &UndecidedView| (&one.file, one.line) == (&entry.file, entry.line);
                if !end.undecided.iter().any(is_said) {
                    end.undecided.push(entry);
                }
            };
            match &step.op {
                Op::Unknown { tables, .. } | Op::UnknownWithin { tables, .. } => {
                    open(op::describe(&step.op), tables);
                    continue;
                }
                _ if step.certainty == Certainty::Unverified => {
                    let tables: Vec<TableName> = step.op.tables().into_iter().cloned().collect();
                    open(format!("{}, which may not happen", op::describe(&step.op)), &tables);
                }
                _ => {}
            }
            if let Err(clash) = op::apply(&mut end.schema, &step.op) {
                let what = op::describe(&step.op);
                let what = format!("{what}, which cannot happen: {}", clash.text());
                open(what, std::slice::from_ref(clash.table()));
                continue;
            }
            for (what, table) in op::unmodelled(&end.schema, &step.op) {
                open(what, table.as_slice());
            }
        }
    }
    end.schema.tables.retain(|table, _| !case::is_version_table(table));
    Some(end)
}

fn open_view(one: UndecidedDifference) -> UndecidedView {
    let UndecidedDifference { what, revision, file, line, affects, .. } = one;
    UndecidedView { revision, file, line, what, affects }
}

/// Differences by what they are in.
fn parts(differences: &[DifferenceView]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let shown = differences.iter().filter(|one| one.kind != DifferenceKind::Reordered);
    for one in shown.take(COMPARISON_LINES_MAX) {
        let schema = one.object.schema.as_deref().unwrap_or_default();
        let inside = one.object.table.as_deref();
        let (kind, name) = match (inside, &one.object.name) {
            (Some(table), _) => (ObjectKind::Table, qualified(schema, table)),
            (None, Some(name)) => (one.object.kind, qualified(schema, name)),
            (None, None) => (one.object.kind, String::new()),
        };
        let is_whole = inside.is_none() || one.object.kind == ObjectKind::Table;
        let sign = match one.kind {
            DifferenceKind::Added => Sign::Added,
            DifferenceKind::Removed => Sign::Removed,
            _ => Sign::Changed,
        };
        if parts.last().is_none_or(|last| last.name != name || last.kind != kind) {
            let sign = if is_whole { sign } else { Sign::Changed };
            let origin = origin(one).filter(|_| is_whole);
            parts.push(Part { kind, name, sign, open: false, origin, lines: Vec::new() });
        }
        if let Some(part) = parts.last_mut() {
            part.open |= !one.certain;
            if !is_whole || sign == Sign::Changed {
                part.lines.push(line(one, sign));
            }
        }
    }
    parts
}

fn line(one: &DifferenceView, sign: Sign) -> PartLine {
    let mut about = one.object.name.as_ref().filter(|_| one.object.table.is_some()).map_or_else(
        || one.object.kind.word().to_owned(),
        |name| format!("{} {name}", one.object.kind.word()),
    );
    if let Some(aspect) = &one.aspect {
        about.push_str(&format!(" {aspect}"));
    }
    let text = |text: &Option<String>| format!("{about}: {}", text.as_deref().unwrap_or("nothing"));
    let (text, was) = match sign {
        Sign::Removed => (text(&one.before), None),
        Sign::Changed => (text(&one.after), Some(text(&one.before))),
        _ => (text(&one.after), None),
    };
    PartLine { sign, text, was, origin: origin(one) }
}

/// The revision that came last of those that made a difference.
fn origin(one: &DifferenceView) -> Option<OriginView> {
    let cause = one.causes.last()?;
    let file = cause.file.clone().unwrap_or_default();
    Some(OriginView { revision: cause.revision.clone(), file, line: cause.line })
}

//! Plans → statements and remarks in their own order.

use crate::engine::case::Case;
use crate::engine::facts::{Plan, PlanItem, PlanStatement};
use crate::engine::op::{Op, describe};
use crate::wire::{FindingRow, PlanView, StatementView};

pub(super) fn views(case: &Case, findings: &[FindingRow]) -> Vec<PlanView> {
    case.facts.plans.iter().map(|plan| view(case, plan, findings)).collect()
}

fn view(case: &Case, plan: &Plan, findings: &[FindingRow]) -> PlanView {
    let document = case.documents.get(plan.document);
    let file = document.map(|document| document.name.clone()).unwrap_or_default();
    let line = |at: usize| document.map_or(0, |document| document.position(at).line);
    let remarks = plan.items.iter().filter_map(|item| match item {
        PlanItem::Remark { text, span, .. } => Some((line(span.start), text.clone())),
        PlanItem::Statement(_) => None,
    });
    let statements = plan.statements().map(|statement| {
        let position = document.map(|document| document.position(statement.span.start));
        let about = findings.iter().filter(|finding| {
            finding.file == file
                && position.is_some_and(|position| {
                    finding.line == position.line && finding.column == position.column
                })
        });
        StatementView {
            line: line(statement.span.start),
            text: Some(statement.text.clone()),
            summary: summary(statement),
            findings: about.map(|finding| finding.id.clone()).collect(),
        }
    });
    let rows = plan.items.iter().filter_map(|item| match item {
        PlanItem::Remark { kind: crate::engine::facts::RemarkKind::Notice(notice), .. } => {
            Some((notice.table.clone()?, notice.items?))
        }
        _ => None,
    });
    PlanView {
        remarks: remarks.collect(),
        statements: statements.collect(),
        rows: rows.collect(),
        file,
    }
}

/// What a statement does; nothing when it was not understood.
fn summary(statement: &PlanStatement) -> Option<String> {
    if statement.steps.iter().any(|step| matches!(step.op, Op::Unknown { .. })) {
        return None;
    }
    Some(statement.steps.iter().map(|step| describe(&step.op)).collect::<Vec<_>>().join("; "))
}

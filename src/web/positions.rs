//! Where dev and prod stand when no row of the chain can show it.

use super::trail::TrailRow;
use super::words;
use crate::wire::{AuditSide, ChainView, Report, Role, VersionState};

/// Says where dev and prod are when no row can show it.
pub fn positions(report: &Report, ix: usize, chain: &ChainView) -> Vec<TrailRow> {
    let sides = [(Role::Dev, &report.audits.dev), (Role::Prod, &report.audits.prod)];
    let mut rows = Vec::new();
    for (role, audit) in sides {
        let Some(audit) = audit else {
            continue;
        };
        let near = chain.resembles.iter().find(|near| near.role == role);
        if near.is_none() && !(audit.revisions.is_empty() && ix == 0) {
            continue;
        }
        let text = position_said(audit, near.map(|near| (near.missing.len(), near.extra.len())));
        let revision = near.map(|near| (ix, near.revision.clone()));
        rows.push(TrailRow::Position { role, text, revision });
    }
    rows
}

fn position_said(audit: &AuditSide, near: Option<(usize, usize)>) -> String {
    let state = match audit.version_state {
        VersionState::Stamped => "Its revision isn't in this chain.",
        VersionState::Empty => "Its version table is empty.",
        VersionState::Absent => "It carries no revision.",
        VersionState::Unreadable => "Its revision couldn't be read.",
        VersionState::NotGiven => "The audit doesn't say where it is.",
    };
    let Some(tables) = audit.tables else {
        return words::join(&[state, " Its tables aren't known."]);
    };
    let tables = words::count(tables, "table", "tables");
    match near {
        None => words::join(&[state, " ", &tables, "."]),
        Some((0, 0)) => words::join(&[state, " Its ", &tables, " are those of "]),
        Some((missing, extra)) => {
            let missing = words::join(&[&words::number(missing), " missing, "]);
            let extra = words::join(&[&words::number(extra), " extra, next to "]);
            words::join(&[state, " Its ", &tables, " come near: ", &missing, &extra])
        }
    }
}

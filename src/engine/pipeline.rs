//! Every stage, top to bottom.

use std::ops::ControlFlow;

use crate::wire::{
    Audits, Input, InputRow, Kind, NotEvaluated, Options, Progress, Report, Schemas, Stats, Status,
    Sureness, Understood, VERSION, Verdict,
};

/// What one run found out.
#[derive(Debug, Clone)]
pub struct Analysis {
    report: Report,
}

impl Analysis {
    /// Returns the report of this run.
    pub fn report(&self) -> Report {
        self.report.clone()
    }
}

/// Reviews the inputs. `watch` hears how far the run is, and may stop it between two documents.
pub fn analyze(
    inputs: Vec<Input>,
    _options: &Options,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> ControlFlow<(), Analysis> {
    let total = inputs.len();
    let mut rows = Vec::new();
    for (done, input) in inputs.into_iter().enumerate() {
        watch(Progress { phase: "Reading".to_owned(), done, total, name: input.name.clone() })?;
        rows.push(InputRow {
            path: input.name.clone(),
            name: input.name,
            kind: input.kind.unwrap_or(Kind::Unknown),
            certainty: Sureness::Guess,
            why: "nothing in it was recognised".to_owned(),
            role: input.role,
            role_source: None,
            bytes: input.bytes.len(),
            understood: Understood { statements: 0, of: 1 },
            notes: Vec::new(),
            unreadable: false,
        });
    }
    rows.sort_by(|a, b| a.path.cmp(&b.path));
    ControlFlow::Continue(Analysis {
        report: Report {
            version: VERSION,
            verdict: Verdict {
                status: Status::Unknown,
                diagnosis: None,
                headline: "Can't tell".to_owned(),
                reason: "Nothing in the input was recognised.".to_owned(),
                because: Vec::new(),
                next_steps: Vec::new(),
            },
            inputs: rows,
            audits: Audits::default(),
            chains: Vec::new(),
            schemas: Schemas::default(),
            plans: Vec::new(),
            findings: Vec::new(),
            not_evaluated: vec![NotEvaluated {
                rule: "drop-table".to_owned(),
                why: "no plan and no chain in the input".to_owned(),
            }],
            stats: Stats::default(),
        },
    })
}

//! Catalogue: wire values as text, one file per way of writing.
//!
//! In: a report, chains or rule cards, and a [`Look`].
//! Out: text that ends with a line break; the same bytes for the same value and look.
//! Never: the engine, disk, clock. Text from outside is never markup: see [`visible`].
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

pub mod collect;
pub mod lanes;
pub mod visible;
pub mod sentence;
pub mod terminal;
pub mod human;
pub mod json;
mod marked;
pub mod sarif;
pub mod markdown;
pub mod github;
pub mod html;
mod chain_downgrades;
pub mod patch;
pub mod chain_human;
pub mod chain_json;
pub mod dot;
pub mod mermaid;
pub mod svg;
pub mod rule_human;
pub mod rules_markdown;
pub mod diff_human;
pub mod diff_json;
pub mod diff_sql;
pub mod diff_alembic;
pub mod diff_markdown;
pub mod schema_human;
pub mod schema_json;
pub mod schema_sql;
pub mod schema_dbml;
pub mod views;

pub use terminal::Look;

use crate::wire::diff::DiffView;
use crate::wire::schema::SchemaView;
use crate::wire::{Report, RuleCard};

/// One way of writing one kind of value.
#[derive(Debug, Clone, Copy)]
pub struct Renderer {
    /// What `--format` calls it; unique among renderers of the same kind of value.
    pub id: &'static str,
    pub title: &'static str,
    pub render: Render,
}

/// What a renderer is given.
#[derive(Debug, Clone, Copy)]
pub enum Render {
    /// With the rules that there are, for their pages.
    Report(fn(&Report, &[RuleCard], &Look) -> String),
    /// Draws the chains of a report, and where its databases stand on them.
    Chains(fn(&Report, &Look) -> String),
    Rules(fn(&[RuleCard], &Look) -> String),
    Schema(fn(&SchemaView, &Look) -> String),
    Diff(fn(&DiffView, &Look) -> String),
}

/// Every renderer, in the order in which help lists them.
pub static RENDERERS: &[Renderer] = &[
    human::RENDERER,
    json::RENDERER,
    sarif::RENDERER,
    markdown::RENDERER,
    github::RENDERER,
    html::RENDERER,
    patch::RENDERER,
    chain_human::RENDERER,
    chain_json::RENDERER,
    dot::RENDERER,
    mermaid::RENDERER,
    svg::RENDERER,
    rule_human::RENDERER,
    rules_markdown::RENDERER,
    diff_human::RENDERER,
    diff_json::RENDERER,
    diff_sql::RENDERER,
    diff_alembic::RENDERER,
    diff_markdown::RENDERER,
    schema_human::RENDERER,
    schema_json::RENDERER,
    schema_sql::RENDERER,
    schema_dbml::RENDERER,
];

/// What a report is exported as from the page, with the ending of the file's name.
pub static EXPORTS: &[(&Renderer, &str)] = &[
    (&markdown::RENDERER, "md"),
    (&html::RENDERER, "html"),
    (&sarif::RENDERER, "sarif"),
    (&json::RENDERER, "json"),
    (&svg::RENDERER, "svg"),
    (&mermaid::RENDERER, "mmd"),
    (&dot::RENDERER, "dot"),
    (&patch::RENDERER, "patch"),
];

/// Returns a report as a file of a format, and the ending of its name; the same bytes as the command writes.
/// A script that collects an audit is asked for in the same way, whatever the report.
pub fn export(id: &str, report: &Report, rules: &[RuleCard]) -> Option<(&'static str, String)> {
    if let Some(script) = id.strip_prefix(collect::PREFIX).and_then(collect::script) {
        return Some((script.ending, script.text.to_owned()));
    }
    let (row, ending) = EXPORTS.iter().find(|(row, _)| row.id == id)?;
    match row.render {
        Render::Report(render) => Some((ending, render(report, rules, &Look::plain()))),
        Render::Chains(render) => Some((ending, render(report, &Look::plain()))),
        Render::Rules(_) | Render::Schema(_) | Render::Diff(_) => None,
    }
}

impl Render {
    /// Returns whether both are given the same kind of value.
    pub fn same_subject(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    /// Text of every field that could come from outside, hostile in every way at once.
    const HOSTILE: &str = "a\u{1b}[31m\u{202e}\u{200b}<b>&\"'`|](x)\\\n::error::\u{0}\u{9b}@me #1";

    fn hostile_report() -> Report {
        let mut value = serde_json::to_value(fixture::report(12, 4)).unwrap();
        poison(&mut value);
        serde_json::from_value(value).unwrap()
    }

    fn poison(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    let closed = ["status", "severity", "certainty", "kind", "role", "language"];
                    let closed = closed.contains(&name.as_str()) || name == "role_source";
                    if !closed && name != "version_state" {
                        poison(field);
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(poison),
            serde_json::Value::String(text) => text.push_str(HOSTILE),
            _ => {}
        }
    }

    fn all(report: &Report, look: &Look) -> Vec<(&'static str, String)> {
        let cards = [RuleCard {
            name: format!("drop-table{HOSTILE}"),
            severity: crate::wire::Severity::Blocker,
            summary: HOSTILE.to_owned(),
            why: HOSTILE.to_owned(),
            instead: HOSTILE.to_owned(),
            fires: HOSTILE.to_owned(),
            silent: HOSTILE.to_owned(),
        }];
        let mut schema = serde_json::to_value(fixture::schema()).unwrap();
        poison(&mut schema);
        let schema: SchemaView = serde_json::from_value(schema).unwrap();
        let mut diff = serde_json::to_value(fixture::diff()).unwrap();
        poison(&mut diff);
        let diff: DiffView = serde_json::from_value(diff).unwrap();
        let write = |renderer: &Renderer| match renderer.render {
            Render::Report(render) => render(report, &cards, look),
            Render::Chains(render) => render(report, look),
            Render::Rules(render) => render(&cards, look),
            Render::Schema(render) => render(&schema, look),
            Render::Diff(render) => render(&diff, look),
        };
        RENDERERS.iter().map(|renderer| (renderer.title, write(renderer))).collect()
    }

    #[test]
    fn no_output_holds_a_control_or_invisible_character_of_the_input() {
        for (title, text) in all(&hostile_report(), &Look::plain()) {
            let raw = text.replace('\n', "");
            assert!(!raw.contains(char::is_control), "{title}:\n{text:?}");
            assert_eq!(visible::visible(&raw), raw, "{title}");
            assert!(!text.contains("\n::error::"), "{title}");
        }
    }

    #[test]
    fn the_only_escapes_are_our_own_colours() {
        let look = Look { colour: true, columns: 80 };
        for (title, text) in all(&hostile_report(), &look) {
            for piece in text.split('\u{1b}').skip(1) {
                let code = piece.split_once('m').map(|(code, _)| code);
                let known = [
                    "[0", "[1", "[2", "[31", "[32", "[33", "[34", "[36", "[1;31", "[1;32", "[1;33",
                    "[1;36",
                ];
                assert!(code.is_some_and(|code| known.contains(&code)), "{title}: {code:?}");
            }
            assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{9b}']), "{title}");
        }
    }

    #[test]
    fn empty_and_huge_values_are_written() {
        let empty = Report::withheld(crate::wire::Status::Unknown);
        for columns in [0, 1, 20, 80, 1_000] {
            for (title, text) in all(&empty, &Look { colour: false, columns }) {
                assert!(text.ends_with('\n'), "{title}: {text:?}");
            }
        }
        for (title, text) in all(&fixture::report(1_500, 300), &Look::plain()) {
            assert!(text.ends_with('\n'), "{title}");
        }
    }

    #[test]
    fn ids_are_unique_for_one_kind_of_value() {
        for (ix, one) in RENDERERS.iter().enumerate() {
            for other in &RENDERERS[..ix] {
                assert!(one.id != other.id || !one.render.same_subject(other.render), "{}", one.id);
            }
        }
    }
}

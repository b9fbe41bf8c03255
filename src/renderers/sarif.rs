//! A report as SARIF 2.1.0 (OASIS standard), for code scanning and editors.

use serde_json::{Map, Value};

use super::visible::visible;
use super::{Look, Render, Renderer, json};
use crate::wire::{FindingRow, Patch, Report, RuleCard, Severity};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "sarif", title: "report as SARIF", render: Render::Report(render) };

/// Returns one run: the rules that spoke, with their help, and a result for each finding.
pub fn render(report: &Report, rules: &[RuleCard], _look: &Look) -> String {
    let mut spoke: Vec<&str> = report.findings.iter().map(|row| row.rule.as_str()).collect();
    crate::ordered::sort(&mut spoke);
    spoke.dedup();
    let descriptors = spoke.iter().map(|name| {
        let card = rules.iter().find(|card| card.name == *name);
        card.map_or_else(|| object(vec![("id", shown(name))]), descriptor)
    });
    let driver = object(vec![
        ("name", "Retort".into()),
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("rules", descriptors.collect()),
    ]);
    let doubts = report.doubts.iter().map(|doubt| {
        object(vec![("level", "warning".into()), ("message", message(&format!("{doubt}.")))])
    });
    let invocation = object(vec![
        ("executionSuccessful", true.into()),
        ("toolExecutionNotifications", doubts.collect()),
    ]);
    let verdict = object(vec![
        ("verdict", report.verdict.status.word().into()),
        ("headline", shown(&report.verdict.headline)),
        ("reason", shown(&report.verdict.reason)),
    ]);
    let results = report.findings.iter().map(|row| result(row, &spoke));
    let run = object(vec![
        ("tool", object(vec![("driver", driver)])),
        ("columnKind", "unicodeCodePoints".into()),
        ("invocations", vec![invocation].into()),
        ("results", results.collect()),
        ("properties", verdict),
    ]);
    json::pretty(&object(vec![
        ("$schema", "https://json.schemastore.org/sarif-2.1.0.json".into()),
        ("version", "2.1.0".into()),
        ("runs", vec![run].into()),
    ]))
}

fn descriptor(card: &RuleCard) -> Value {
    let help = format!("{}\n\nInstead: {}", visible(&card.why), visible(&card.instead));
    let level = object(vec![("level", level(card.severity).into())]);
    object(vec![
        ("id", shown(&card.name)),
        ("shortDescription", message(&card.summary)),
        ("fullDescription", message(&card.why)),
        ("help", object(vec![("text", help.into())])),
        ("defaultConfiguration", level),
    ])
}

fn result(row: &FindingRow, rules: &[&str]) -> Value {
    let index = rules.iter().position(|name| *name == row.rule).unwrap_or_default();
    // What ran already is told and decides nothing.
    let level = if row.pending { level(row.severity) } else { "note" };
    let mut fields = vec![
        ("ruleId", shown(&row.rule)),
        ("ruleIndex", index.into()),
        ("level", level.into()),
        ("message", message(&format!("{} Instead: {}", sentence(&row.title), row.remedy.summary))),
        ("partialFingerprints", object(vec![("retort/v1", shown(&row.id))])),
        ("properties", properties(row)),
    ];
    if !row.file.is_empty() || !row.objects.is_empty() {
        fields.push(("locations", vec![location(row)].into()));
    }
    let related = row.evidence.iter().filter_map(|one| {
        let file = one.file.as_ref()?;
        let place = physical(file, region(one.line, 0, one.line, None));
        Some(object(vec![("physicalLocation", place), ("message", message(&one.text))]))
    });
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        fields.push(("relatedLocations", related.into()));
    }
    if let Some(suppressed) = &row.suppressed {
        let in_source = suppressed.file.as_deref().is_some_and(|file| file == row.file);
        let until = suppressed.until.as_ref().map(|day| format!(" (until {day})"));
        let reason = format!("{}{}", suppressed.reason, until.unwrap_or_default());
        let own = object(vec![
            ("kind", if in_source { "inSource" } else { "external" }.into()),
            ("justification", shown(&reason)),
        ]);
        fields.push(("suppressions", vec![own].into()));
    }
    if !row.remedy.patches.is_empty() {
        let changes = row.remedy.patches.iter().map(change).collect();
        let text = message(&row.remedy.summary);
        let fix = object(vec![("description", text), ("artifactChanges", changes)]);
        fields.push(("fixes", vec![fix].into()));
    }
    object(fields)
}

fn properties(row: &FindingRow) -> Value {
    let mut fields = vec![
        ("severity", row.severity.word().into()),
        ("certainty", row.certainty.word().into()),
        ("pending", row.pending.into()),
    ];
    fields.extend(row.cause.as_ref().map(|cause| ("cause", shown(cause))));
    fields.extend(row.revision.as_ref().map(|revision| ("revision", shown(revision))));
    object(fields)
}

fn location(row: &FindingRow) -> Value {
    let mut fields = Vec::new();
    if !row.file.is_empty() {
        let own = region(row.line, row.column, row.end_line, row.excerpt.as_deref());
        fields.push(("physicalLocation", physical(&row.file, own)));
    }
    if !row.objects.is_empty() {
        let named = row.objects.iter().map(|it| {
            object(vec![
                ("fullyQualifiedName", shown(&it.label())),
                ("kind", it.kind.word().into()),
            ])
        });
        fields.push(("logicalLocations", named.collect()));
    }
    object(fields)
}

fn physical(file: &str, region: Option<Value>) -> Value {
    let artifact = object(vec![("uri", uri(file).into())]);
    let mut fields = vec![("artifactLocation", artifact)];
    fields.extend(region.map(|region| ("region", region)));
    object(fields)
}

fn region(line: usize, column: usize, end_line: usize, excerpt: Option<&str>) -> Option<Value> {
    let mut fields = vec![("startLine", line.into())];
    if column > 0 {
        fields.push(("startColumn", column.into()));
    }
    if end_line > line {
        fields.push(("endLine", end_line.into()));
    }
    if let Some(excerpt) = excerpt {
        let lines: Vec<String> = excerpt.lines().map(visible).collect();
        fields.push(("snippet", object(vec![("text", lines.join("\n").into())])));
    }
    (line > 0).then(|| object(fields))
}

/// A proposed file is new: all of it is inserted.
fn change(patch: &Patch) -> Value {
    let nothing =
        object(vec![("startLine", 1.into()), ("startColumn", 1.into()), ("endColumn", 1.into())]);
    let content = object(vec![("text", patch.content.as_str().into())]);
    let whole = object(vec![("deletedRegion", nothing), ("insertedContent", content)]);
    let artifact = object(vec![("uri", uri(&patch.file).into())]);
    object(vec![("artifactLocation", artifact), ("replacements", vec![whole].into())])
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker | Severity::Danger => "error",
        Severity::Warning => "warning",
        Severity::Notice => "note",
    }
}

fn message(text: &str) -> Value {
    object(vec![("text", shown(text))])
}

fn shown(text: &str) -> Value {
    visible(text).into()
}

fn sentence(title: &str) -> String {
    format!("{}.", title.trim_end_matches('.'))
}

/// A path as a relative reference (RFC 3986): a name with a colon is no scheme, one with `?` no query.
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in path.trim_start_matches('/').bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn object(fields: Vec<(&str, Value)>) -> Value {
    let mut map = Map::new();
    for (name, value) in fields {
        map.insert(name.to_owned(), value);
    }
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn paths_are_relative_references() {
        assert_eq!(uri("/a b/ü.sql"), "a%20b/%C3%BC.sql");
        assert_eq!(uri("javascript:x?y#z"), "javascript%3Ax%3Fy%23z");
    }

    #[test]
    fn suppressed_findings_say_why() {
        let mut report = fixture::report(12, 2);
        report.findings[0].suppressed = Some(crate::wire::Suppressed {
            reason: "it is empty".to_owned(),
            until: Some("2027-01-31".to_owned()),
            file: Some("retort.toml".to_owned()),
            line: 3,
        });
        let value: Value = serde_json::from_str(&render(&report, &[], &Look::plain())).unwrap();
        let own = &value["runs"][0]["results"][0]["suppressions"][0];
        assert_eq!(own["kind"], "external");
        assert_eq!(own["justification"], "it is empty (until 2027-01-31)");
        assert!(value["runs"][0]["results"][1].get("suppressions").is_none());
    }
}

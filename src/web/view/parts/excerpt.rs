//! Lines of a document, with the ones that matter marked.

use crate::web::view::dom::{View, el};

use crate::web::words;
use crate::wire::FindingRow;

/// Draws where a finding is: the lines around it, or its own line, or nothing when a link left them out.
pub fn excerpt(finding: &FindingRow) -> Option<View> {
    let (first, lines, of) = match (&finding.context, &finding.excerpt) {
        (Some(context), _) => (context.first_line, context.lines.clone(), context.of_lines),
        (None, Some(text)) => (finding.line, text.lines().map(str::to_owned).collect(), 0),
        (None, None) => return None,
    };
    let hit = finding.line..=finding.end_line.max(finding.line);
    let place = match (finding.line, of) {
        (0, _) => String::new(),
        (line, 0) => words::join(&["line ", &words::number(line)]),
        (line, of) => words::join(&["line ", &words::number(line), " of ", &words::number(of)]),
    };
    let line = |(ix, text): (usize, String)| {
        let number = first + ix;
        let is_hit = hit.contains(&number);
        let mark = is_hit.then(|| el("span.sr").with("here: "));
        el("div")
            .class_if("hit", move || is_hit)
            .with(el("span.ln").attr("aria-hidden", "true").with(number.to_string()))
            .with(el("span.tx").with(mark).with(words::visible(&text)))
    };
    let lines: Vec<View> = lines.into_iter().enumerate().map(line).collect();
    let label = words::join(&["Excerpt of ", &words::visible(&finding.file)]);
    Some(
        el("figure.src")
            .with(
                el("figcaption")
                    .with(el("span.cut").with(words::visible(&finding.file)))
                    .with(el("span").with(place)),
            )
            .with(
                el("div.lines")
                    .attr("role", "region")
                    .attr("tabindex", "0")
                    .label(&label)
                    .with(lines),
            ),
    )
}

//! Lines of a document, with the ones that matter marked.

use leptos::prelude::*;

use crate::web::words;
use crate::wire::FindingRow;

/// Draws where a finding is: the lines around it, or its own line, or nothing when a link left them out.
pub fn excerpt(finding: &FindingRow) -> Option<AnyView> {
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
        let mark = is_hit.then(|| view! { <span class="sr">"here: "</span> });
        view! {
            <div class:hit=is_hit>
                <span class="ln" aria-hidden="true">{number}</span>
                <span class="tx">{mark}{words::visible(&text)}</span>
            </div>
        }
        .into_any()
    };
    let lines: Vec<AnyView> = lines.into_iter().enumerate().map(line).collect();
    let label = words::join(&["Excerpt of ", &words::visible(&finding.file)]);
    Some(
        view! {
            <figure class="src">
                <figcaption><span class="cut">{words::visible(&finding.file)}</span><span>{place}</span></figcaption>
                <div class="lines" role="region" tabindex="0" aria-label=label>{lines}</div>
            </figure>
        }
        .into_any(),
    )
}

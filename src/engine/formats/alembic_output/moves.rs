//! `Running upgrade a -> b, message` → moves, and moves → where the database stands afterwards.

use crate::engine::facts::{Move, Way};
use crate::engine::span::Span;
use crate::limits;
use crate::ordered::{Map, Set};

use super::line::is_id;

/// Reads what follows `Running `. `is_known` tells whether an id was seen elsewhere: behind a downgrade's
/// arrow, ids and the message look alike.
pub(in crate::engine::formats) fn read(
    text: &str,
    span: Span,
    is_known: &dyn Fn(&str) -> bool,
) -> Option<Move> {
    let text = text.trim_end_matches(['"', '}', '\'']);
    let (function, rest) = text.split_once(' ')?;
    let way = match function {
        "upgrade" => Way::Up,
        "downgrade" => Way::Down,
        "stamp_revision" => Way::Stamp,
        _ => Way::Unknown,
    };
    // From base nothing stands between the two blanks.
    let (left, right) = rest.split_once("-> ").or_else(|| Some((rest.strip_suffix("->")?, "")))?;
    let from: Vec<String> =
        left.trim().split(", ").filter(|id| !id.is_empty()).map(str::to_owned).collect();
    if !from.iter().all(|id| is_id(id)) {
        return None;
    }
    let mut to: Vec<String> = Vec::new();
    for word in right.split(", ") {
        let first = to.is_empty();
        let word = if first { word.split([' ', '"', ',']).next().unwrap_or(word) } else { word };
        let several = matches!(way, Way::Down | Way::Stamp);
        if !is_id(word) || !(first || (several && (is_known(word) || looks_made_up(word)))) {
            break;
        }
        to.push(word.to_owned());
    }
    let way = match (way, from.is_empty(), to.is_empty()) {
        (Way::Unknown, true, false) => Way::Up,
        (Way::Unknown, false, true) => Way::Down,
        (way, ..) => way,
    };
    (!from.is_empty() || !to.is_empty()).then_some(Move { way, from, to, span })
}

/// The ids that Alembic makes up: twelve hexadecimal digits.
fn looks_made_up(word: &str) -> bool {
    word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns the rows that must have been there before the first of these moves.
pub(super) fn rows_before(moves: &[Move]) -> Set<String> {
    let mut made: Set<&str> = Set::new();
    let mut needed = Set::new();
    for one in moves {
        needed.extend(one.from.iter().filter(|id| !made.contains(id.as_str())).cloned());
        made.extend(one.to.iter().map(String::as_str));
    }
    needed
}

/// Carries moves out on the tips of what is applied.
pub(super) fn run(rows: &mut Map<String, Span>, moves: &[Move]) {
    let links: Map<&str, &[String]> = moves.iter().filter_map(Move::link).collect();
    let mut steps = limits::PRINTED_WALK_STEPS_MAX;
    for one in moves {
        for id in &one.from {
            rows.remove(id);
        }
        for id in &one.to {
            let mut above = |row: &String| row != id && is_ancestor(id, row, &links, &mut steps);
            if one.way != Way::Down || !rows.keys().any(&mut above) {
                rows.insert(id.clone(), one.span);
            }
        }
    }
}

fn is_ancestor(id: &str, of: &str, links: &Map<&str, &[String]>, steps: &mut usize) -> bool {
    let mut seen: Set<_> = [of].into_iter().collect();
    let mut open = vec![of];
    while let Some(next) = open.pop().filter(|_| *steps > 0) {
        *steps -= 1;
        for parent in links.get(next).copied().unwrap_or_default() {
            if parent == id {
                return true;
            }
            if seen.insert(parent.as_str()) {
                open.push(parent);
            }
        }
    }
    false
}

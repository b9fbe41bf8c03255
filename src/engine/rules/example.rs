//! One string → a whole set of inputs, with the findings it should raise marked in it.
//!
//! A line `=== name` starts an input; `role:plan` after the name gives its role. A comment line of carets
//! under a line, followed by a rule's name, says that a finding of that rule must start in that line and
//! reach over the text above the carets.

use crate::wire::{Input, Role};

/// A finding that a fixture expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub rule: String,
}

/// Splits a fixture into inputs and marks. Mark lines are no part of the inputs.
pub fn parse(text: &str) -> (Vec<Input>, Vec<Mark>) {
    let mut inputs: Vec<Input> = Vec::new();
    let mut marks = Vec::new();
    let mut line_number = 0;
    for line in text.trim_start_matches('\n').lines() {
        if let Some(head) = line.strip_prefix("=== ") {
            let (name, role) = head.split_once(" role:").unwrap_or((head, ""));
            let mut input = Input::new(name.trim(), Vec::new());
            input.role = Role::from_word(role.trim());
            inputs.push(input);
            line_number = 0;
        } else if let Some((column, rule)) = mark(line) {
            let file = inputs.last().map(|input| input.name.clone()).unwrap_or_default();
            marks.push(Mark { file, line: line_number, column, rule });
        } else if let Some(input) = inputs.last_mut() {
            input.bytes.extend_from_slice(line.as_bytes());
            input.bytes.push(b'\n');
            line_number += 1;
        }
    }
    (inputs, marks)
}

fn mark(line: &str) -> Option<(usize, String)> {
    let body = line.trim_start();
    let comment = body.strip_prefix("--").or_else(|| body.strip_prefix('#'))?;
    let carets = comment.trim_start();
    let rule = carets.trim_start_matches('^');
    if rule.len() == carets.len() {
        return None;
    }
    let column = line.find('^')? + 1;
    Some((column, rule.trim().to_owned()))
}

//! Renamed columns inside the text of an expression.

use crate::engine::schema::{Expression, Ident};

/// Puts a column's new name into an expression, outside of string literals.
pub(super) fn rename(expression: &mut Expression, from: &Ident, to: &Ident) {
    if !expression.columns.contains(from) {
        return;
    }
    for column in &mut expression.columns {
        if column == from {
            *column = to.clone();
        }
    }
    let (old, new) = (from.quoted(), to.quoted());
    let mut text = String::with_capacity(expression.text.len());
    let mut rest = expression.text.as_str();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let length = match first {
            '\'' => literal(rest, '\''),
            '"' => literal(rest, '"'),
            c if is_word(c) => rest.find(|c: char| !is_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        let is_same = word == old
            || word == format!("\"{from}\"")
            || (is_word(first) && word.to_lowercase() == from.as_str());
        // A function has the name of the column.
        let is_called = after.trim_start().starts_with('(');
        text.push_str(if is_same && !is_called { &new } else { word });
        rest = after;
    }
    expression.text = text;
}

/// The length of a quoted piece, its quotes included.
fn literal(text: &str, quote: char) -> usize {
    text.char_indices().skip(1).find(|(_, c)| *c == quote).map_or(text.len(), |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_functions_keep_their_words() {
        let mut expression = Expression {
            text: "credit >= 0 AND note <> 'credit' AND credit(Credit) > \"credit\"".to_owned(),
            columns: vec![Ident::exact("credit")],
            kept: false,
        };
        rename(&mut expression, &Ident::exact("credit"), &Ident::exact("balance"));
        assert_eq!(
            expression.text,
            "balance >= 0 AND note <> 'credit' AND credit(balance) > balance"
        );
        assert_eq!(expression.columns, [Ident::exact("balance")]);
    }
}

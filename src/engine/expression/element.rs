//! One element of an index: an expression with an operator class and an order.

use sqlparser::tokenizer::Token;

use crate::engine::schema::Ident;

use super::speller::Speller;
use super::typed::Form;
use super::{Scope, parser};

/// An element as the server prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// Nothing but a column.
    Column(Ident),
    Text(String),
}

/// Returns an element of an index of this method as `pg_get_indexdef` prints it.
pub fn element(text: &str, method: &str, scope: Scope<'_>) -> Option<Element> {
    let mut parser = parser(text)?;
    let tree = parser.parse_expr().ok()?;
    let spelled = Speller::new(scope).spell(&tree)?;
    let mut words = Vec::new();
    loop {
        match parser.next_token().token {
            Token::EOF => break,
            Token::Word(word) => words.push(word.value.to_lowercase()),
            _ => return None,
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (class, words) = match words.as_slice() {
        [first, rest @ ..] if !matches!(*first, "asc" | "desc" | "nulls") => (Some(*first), rest),
        all => (None, all),
    };
    let order = match words {
        [] | ["asc"] | ["asc", "nulls", "last"] | ["nulls", "last"] => "",
        ["desc"] | ["desc", "nulls", "first"] => " DESC",
        ["desc", "nulls", "last"] => " DESC NULLS LAST",
        ["asc", "nulls", "first"] | ["nulls", "first"] => " NULLS FIRST",
        _ => return None,
    };
    let class = match class {
        Some(class) => class_text(class, method, spelled.base().as_deref())?,
        None => String::new(),
    };
    let column = scope.columns.iter().find(|column| column.name.quoted() == spelled.text);
    if let Some(column) = column
        && class.is_empty()
        && order.is_empty()
    {
        return Some(Element::Column(column.name.clone()));
    }
    let bare = column.is_some() || matches!(spelled.form, Form::Call);
    let text = spelled.into_text()?;
    let text = if bare { text } else { format!("({text})") };
    Some(Element::Text(format!("{text}{class}{order}")))
}

/// A class is printed unless it is the one that the type has by itself.
fn class_text(class: &str, method: &str, data_type: Option<&str>) -> Option<String> {
    let default = match (method, data_type?) {
        ("btree" | "hash", "text" | "character varying") => "text_ops",
        ("btree" | "hash", "bpchar") => "bpchar_ops",
        ("btree" | "hash", "integer") => "int4_ops",
        ("btree" | "hash", "bigint") => "int8_ops",
        ("gin", "jsonb") => "jsonb_ops",
        ("gin", data_type) if data_type.ends_with("[]") => "array_ops",
        // Which class a type of an extension has by itself is not known here, but that these are none.
        _ => "",
    };
    let is_known = matches!(
        class,
        "text_pattern_ops"
            | "varchar_pattern_ops"
            | "bpchar_pattern_ops"
            | "gin_trgm_ops"
            | "gist_trgm_ops"
            | "jsonb_path_ops"
            | "inet_ops"
    );
    if class == default {
        return Some(String::new());
    }
    is_known.then(|| format!(" {class}"))
}

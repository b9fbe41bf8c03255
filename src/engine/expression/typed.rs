//! A piece of an expression with its type, and what a cast makes of it.

use crate::engine::schema::without_modifier;

use super::constants;

/// Printed text and what is known of its value.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub text: String,
    /// As `format_type` spells it, length included; `None` when it is not known.
    pub data_type: Option<String>,
    pub form: Form,
}

/// What kind of node it is, as far as printing asks.
#[derive(Debug, Clone)]
pub(super) enum Form {
    /// A string literal that has no type yet; its value.
    Literal(String),
    /// NULL that has no type yet.
    Null,
    /// A constant with a type: its value as the server keeps it.
    Constant,
    /// An array constructor and its elements before they got its type: a cast of it is one of each of them.
    Array(Vec<Typed>),
    /// Printed like a call of a function, so that an index element needs no parentheses.
    Call,
    Other,
}

impl Typed {
    pub fn new(text: impl Into<String>, data_type: Option<&str>, form: Form) -> Self {
        Self { text: text.into(), data_type: data_type.map(str::to_owned), form }
    }

    pub fn call(text: impl Into<String>, data_type: Option<&str>) -> Self {
        Self::new(text, data_type, Form::Call)
    }

    pub fn other(text: impl Into<String>, data_type: Option<&str>) -> Self {
        Self::new(text, data_type, Form::Other)
    }

    pub fn boolean(text: impl Into<String>) -> Self {
        Self::other(text, Some("boolean"))
    }

    /// Returns the type without length and precision.
    pub fn base(&self) -> Option<String> {
        self.data_type.as_deref().map(without_modifier)
    }

    /// Returns whether its type is still open, as that of a literal is.
    pub fn is_untyped(&self) -> bool {
        matches!(self.form, Form::Literal(_) | Form::Null)
    }

    /// Returns the text when nothing decides the type of a literal but itself.
    pub fn into_text(self) -> Option<String> {
        let text = if self.is_untyped() { self.to("text")?.text } else { self.text };
        Some(if text.contains(" \n") { text.replace(" \n", "\n") } else { text })
    }

    /// Returns what an implicit cast to a type (without length) makes of it.
    pub fn to(self, target: &str) -> Option<Self> {
        match &self.form {
            Form::Literal(value) => constant(value, target),
            Form::Null => Some(Self::new(format!("NULL::{target}"), Some(target), Form::Constant)),
            _ if self.base()? == target => Some(self),
            Form::Array(elements) if target.ends_with("[]") && elements.is_empty() => None,
            _ => Some(Self::other(format!("({})::{target}", self.text), Some(target))),
        }
    }

    /// Returns what a cast that somebody wrote makes of it. `target` may have a length.
    pub fn cast(self, target: &str) -> Option<Self> {
        let base = without_modifier(target);
        let has_length = base != target && target != "character(1)";
        match &self.form {
            Form::Literal(value) if !has_length => constant(value, &base),
            Form::Literal(value) if target.starts_with("character") => {
                let quoted = value.replace('\'', "''");
                Some(Self::new(format!("'{quoted}'::{target}"), Some(target), Form::Call))
            }
            Form::Literal(_) => None,
            Form::Null => Some(Self::new(format!("NULL::{target}"), Some(target), Form::Constant)),
            Form::Array(elements) if target.ends_with("[]") => {
                let inner = target.strip_suffix("[]")?;
                Self::array(elements.clone(), |element| element.cast(inner), inner)
            }
            _ => {
                let own = self.data_type.as_deref()?;
                if own == target {
                    return Some(self);
                }
                Some(Self::other(format!("({})::{target}", self.text), Some(target)))
            }
        }
    }

    /// Returns an array constructor whose elements get one type by a cast.
    pub fn array(
        elements: Vec<Self>,
        cast: impl Fn(Self) -> Option<Self>,
        of: &str,
    ) -> Option<Self> {
        let data_type = format!("{of}[]");
        let mut texts = Vec::with_capacity(elements.len());
        for element in &elements {
            texts.push(cast(element.clone())?.text);
        }
        let text = match texts.as_slice() {
            [] => format!("ARRAY[]::{data_type}"),
            texts => format!("ARRAY[{}]", texts.join(", ")),
        };
        Some(Self { text, data_type: Some(data_type), form: Form::Array(elements) })
    }
}

fn constant(value: &str, data_type: &str) -> Option<Typed> {
    let text = constants::of_type(value, data_type)?;
    Some(Typed::new(text, Some(data_type), Form::Constant))
}

/// Types of numbers, each of which becomes a later one without being asked.
const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/// Returns the place among the types of numbers.
pub(super) fn rank(data_type: &str) -> Option<usize> {
    NUMBERS.iter().position(|number| *number == data_type)
}

/// Returns whether it is a type of text that compares as `text` does.
pub(super) fn is_text(data_type: &str) -> bool {
    matches!(data_type, "text" | "character varying")
}

/// Returns the type that several values get together (`select_common_type`).
pub(super) fn common<'a>(values: impl Iterator<Item = &'a Typed>) -> Option<String> {
    let mut found: Option<String> = None;
    for value in values.filter(|value| !value.is_untyped()) {
        let own = value.base()?;
        found = Some(match found {
            None => own,
            Some(known) if known == own => known,
            // Each becomes the other without being asked, so the first stays.
            Some(known) if is_text(&known) && is_text(&own) => known,
            Some(known) => match (rank(&known), rank(&own)) {
                (Some(one), Some(other)) => {
                    if one >= other {
                        known
                    } else {
                        own
                    }
                }
                _ => return None,
            },
        });
    }
    Some(found.unwrap_or_else(|| "text".to_owned()))
}

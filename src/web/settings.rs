//! What a person sets in the page: it outweighs a `retort.toml` among the inputs.

use super::model::{Effect, Model};

/// A field of the dialog: the key as `retort.toml` has it, its label, and the words to choose from where
/// there are only a few.
pub type Field = (&'static str, &'static str, &'static [&'static str]);

/// Every field, in the order in which they are shown.
pub const FIELDS: [Field; 9] = [
    ("dialect", "Dialect", &["postgresql", "mysql", "sqlite"]),
    ("server-version", "Server version", &[]),
    ("table-threshold", "Tables apart before it is graver", &[]),
    ("released", "Released revision", &[]),
    ("ix", "Names of indexes", &[]),
    ("uq", "Names of unique constraints", &[]),
    ("ck", "Names of checks", &[]),
    ("fk", "Names of foreign keys", &[]),
    ("pk", "Names of primary keys", &[]),
];

/// Takes a value, empty for the default, and reviews again where it changes something.
pub fn set(model: &mut Model, key: &str, value: &str) -> Vec<Effect> {
    let value = value.trim();
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    let kept = !value.is_empty() && (is_number || key != "table-threshold");
    let before = model.settings.remove(key);
    if kept {
        model.settings.insert(key.to_owned(), value.to_owned());
    }
    if model.settings.get(key) == before.as_ref() {
        return Vec::new();
    }
    super::update::start(model)
}

/// Returns what is set for a key; empty where the default holds.
pub fn value(model: &Model, key: &str) -> String {
    model.settings.get(key).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::fixture::reviewed;
    use crate::wire::{Request, Settings};

    #[test]
    fn every_field_reaches_the_engine_and_is_taken_back() {
        let mut model = reviewed();
        for (key, _, words) in FIELDS {
            let given = words.first().copied().unwrap_or("16");
            let effects = set(&mut model, key, given);
            let sent = effects.iter().find_map(|effect| match effect {
                Effect::Send { request: Request::Analyze { options, .. }, .. } => Some(options),
                _ => None,
            });
            assert_ne!(Settings::said(&sent.expect(key).said), Settings::default(), "{key}");
            assert_eq!(value(&model, key), given);
            assert_eq!(set(&mut model, key, given), []);
        }
        for (key, ..) in FIELDS {
            set(&mut model, key, " ");
        }
        assert_eq!(model.settings, Default::default());
    }
}

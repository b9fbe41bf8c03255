//! What a person sets in the page: it outweighs a `retort.toml` among the inputs.

use super::model::{Effect, Model};
use crate::wire::settings::NAMING_KEYS;

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
    let before = model.settings.clone();
    let settings = &mut model.settings;
    let value = value.trim();
    let given = (!value.is_empty()).then(|| value.to_owned());
    match key {
        "dialect" => settings.dialect = given,
        "server-version" => settings.server_version = given,
        "table-threshold" => settings.table_threshold = value.parse().ok(),
        "released" => settings.released = given,
        key if NAMING_KEYS.contains(&key) => {
            let mut naming = settings.naming.take().unwrap_or_default();
            naming.remove(key);
            naming.extend(given.map(|pattern| (key.to_owned(), pattern)));
            settings.naming = (!naming.is_empty()).then_some(naming);
        }
        _ => {}
    }
    if model.settings == before { Vec::new() } else { super::update::start(model) }
}

/// Returns what is set for a key; empty where the default holds.
pub fn value(model: &Model, key: &str) -> String {
    let settings = &model.settings;
    let given = match key {
        "dialect" => settings.dialect.clone(),
        "server-version" => settings.server_version.clone(),
        "table-threshold" => settings.table_threshold.map(|number| number.to_string()),
        "released" => settings.released.clone(),
        key => settings.naming.as_ref().and_then(|naming| naming.get(key).cloned()),
    };
    given.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::fixture::reviewed;
    use crate::wire::Request;

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
            assert_eq!(sent.expect(key).settings, model.settings);
            assert_eq!(value(&model, key), given);
            assert_eq!(set(&mut model, key, given), []);
        }
        for (key, ..) in FIELDS {
            set(&mut model, key, " ");
        }
        assert_eq!(model.settings, Default::default());
    }
}

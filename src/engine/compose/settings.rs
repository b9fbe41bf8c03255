//! Settings → the rows of those that differ from their defaults.

use serde_json::Value;

use crate::engine::case::Case;
use crate::wire::SettingRow;

use super::places;

/// Every setting that was given, by key.
pub(super) fn rows(case: &Case) -> Vec<SettingRow> {
    let mut rows = Vec::new();
    let json = serde_json::to_string(&case.settings).unwrap_or_default();
    let all: Value = serde_json::from_str(&json).unwrap_or_default();
    for (key, value) in all.as_object().into_iter().flatten() {
        let key = key.replace('_', "-");
        match value {
            Value::Null => {}
            Value::Object(entries) => {
                // Null means "off" among the severities.
                rows.extend(
                    entries.iter().map(|(own, value)| row(case, format!("{key}.{own}"), value)),
                );
            }
            value => rows.push(row(case, key, value)),
        }
    }
    crate::ordered::sort_by_key(&mut rows, |row| row.key.clone());
    rows
}

fn row(case: &Case, key: String, value: &Value) -> SettingRow {
    let value = match value {
        Value::String(text) => text.clone(),
        Value::Null => "off".to_owned(),
        Value::Object(sizes) => {
            let known = sizes.iter().filter(|(_, size)| !size.is_null());
            let parts: Vec<String> = known.map(|(name, size)| format!("{size} {name}")).collect();
            parts.join(", ")
        }
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    let (file, line) = places::line(case, case.facts.surroundings.configured.place(&key));
    SettingRow { key, value, file, line }
}

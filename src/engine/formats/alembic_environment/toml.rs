//! `[tool.alembic]` of a `pyproject.toml`.

use crate::engine::toml::{Value, read as read_toml};

use super::{HERE, Listed, Section};

/// Returns the settings of `[tool.alembic]`, if there is such a table.
pub(super) fn read(text: &str) -> Option<Section> {
    let (root, _) = read_toml(text);
    let table = root.table("tool")?.table("alembic")?;
    let text = |key: &str| match table.get(key)? {
        Value::Text(text) => Some(interpolated(text)),
        _ => None,
    };
    Some(Section {
        name: "tool.alembic".to_owned(),
        script_location: text("script_location"),
        version_locations: match table.get("version_locations") {
            Some(Value::List(all)) => Some(Listed::List(all.iter().filter_map(listed).collect())),
            _ => text("version_locations").map(Listed::Text),
        },
        separator: text("path_separator"),
        recursive: match table.get("recursive_version_locations") {
            Some(Value::Truth(truth)) => Some(*truth),
            _ => None,
        },
    })
}

fn listed(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(interpolated(text)),
        _ => None,
    }
}

/// `%(here)s` and `%%` are replaced as in an ini file.
fn interpolated(text: &str) -> String {
    text.replace("%(here)s", &HERE.to_string()).replace("%%", "%")
}

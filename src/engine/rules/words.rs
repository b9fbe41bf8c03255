//! Lists of names, for sentences and for SQL.

/// Returns parts joined, each as `show` has it.
pub fn joined<T>(parts: &[T], between: &str, show: impl Fn(&T) -> String) -> String {
    parts.iter().map(show).collect::<Vec<_>>().join(between)
}

/// Returns names as SQL lists them.
pub fn sql<T: std::fmt::Display>(names: &[T]) -> String {
    joined(names, ", ", ToString::to_string)
}

/// Returns names between backticks.
pub fn ticked<T: std::fmt::Display>(names: &[T]) -> String {
    joined(names, ", ", |name| format!("`{name}`"))
}

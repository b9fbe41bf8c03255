//! Secrets and absolute paths out of texts, before anything is encoded, exported or printed.
//!
//! What is masked, everywhere in a string: passwords inside connection strings, values given to names
//! such as `password`, `secret`, `token` or `api_key`, private keys, and long random tokens. Masking too
//! much costs a reader one word; masking too little cannot be taken back. So doubtful values are masked.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

use super::Report;
use super::diff::DiffView;
use super::quoted::quoted;
use super::read;
use super::schema::SchemaView;

/// What stands in a text where a secret was.
pub const MASK: &str = "[secret]";

/// Names whose value is a secret, in lower case; a longer name that contains one counts as well.
const SECRET_NAMES: [&str; 13] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    "private_key",
    "credential",
    "authorization",
];
/// Beginnings that services give to their tokens.
const TOKEN_PREFIXES: [&str; 16] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "sk-",
    "xoxb-",
    "xoxp-",
    "AKIA",
    "AIza",
    "npm_",
];
/// Characters after which a token with a known prefix is believed to be one.
const PREFIXED_TOKEN_CHARS_MIN: usize = 16;
/// Characters from which mixed letters and digits are taken for a token.
const TOKEN_CHARS_MIN: usize = 32;
/// Characters from which hexadecimal digits are taken for a token; revision ids have 32 at most.
const HEX_TOKEN_CHARS_MIN: usize = 40;
/// Fields that hold ids, which others refer to; where one of them is a list of rows, its rows are cleaned.
const ID_FIELDS: [&str; 12] = [
    "id",
    "rule",
    "cause",
    "because",
    "findings",
    "revision",
    "revisions",
    "down",
    "depends_on",
    "heads",
    "bases",
    "order",
];
/// Folders at the root of a machine, under which a path says something about its owner.
const MACHINE_FOLDERS: [&str; 18] = [
    "home",
    "Users",
    "root",
    "tmp",
    "var",
    "opt",
    "srv",
    "mnt",
    "media",
    "private",
    "usr",
    "etc",
    "builds",
    "workspace",
    "workspaces",
    "github",
    "data",
    "Volumes",
];

/// Returns the text with every secret replaced by [`MASK`]. Doing it twice changes nothing more.
pub fn secrets(text: &str) -> Cow<'_, str> {
    let mut found = Vec::new();
    if text.contains('-') {
        private_keys(text, &mut found);
    }
    if text.contains(':') {
        connection_strings(text, &mut found);
    }
    named_values(text, &mut found);
    tokens(text, &mut found);
    found.retain(|range| text.get(range.clone()).is_some_and(|part| part != MASK));
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    crate::ordered::sort_by_key(&mut found, |range| (range.start, range.end));
    let mut clean = String::with_capacity(text.len());
    let mut done = 0;
    for range in found {
        if range.end <= done {
            continue;
        }
        if range.start >= done {
            clean.push_str(text.get(done..range.start).unwrap_or(""));
            clean.push_str(MASK);
        }
        done = range.end;
    }
    clean.push_str(text.get(done..).unwrap_or(""));
    Cow::Owned(clean)
}

/// Returns the text with absolute paths cut to their last two parts, without the name of a person's home.
pub fn absolute_paths(text: &str) -> Cow<'_, str> {
    let mut clean = String::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(first) = rest.chars().next() else { break };
        let end = at + path_length(rest);
        if starts_word(text, at) && is_machine_path(rest) {
            clean.push_str(text.get(done..at).unwrap_or(""));
            clean.push_str(&last_parts(text.get(at..end).unwrap_or("")));
            done = end;
            at = end;
        } else {
            at += first.len_utf8();
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(text.get(done..).unwrap_or(""));
    Cow::Owned(clean)
}

/// Cleans every string of a JSON value, ids left out.
///
/// Recursion is bounded: values come from [`Report`] or from a decoder that stops at 128 levels.
pub fn every_string(value: &mut Value, clean: fn(&str) -> Cow<'_, str>) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(cleaned) = clean(text) {
                *text = cleaned;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| every_string(item, clean)),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                let holds_ids = ID_FIELDS.contains(&name.as_str())
                    && !matches!(field, Value::Array(items) if items.iter().any(Value::is_object));
                if !holds_ids {
                    every_string(field, clean);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Returns the report without secrets. A report that cannot be represented as JSON does not exist; should
/// one arise all the same, nothing of it is let through but its verdict's status.
pub fn report(report: &Report) -> Cow<'_, Report> {
    let withheld = || Cow::Owned(Report::withheld(report.verdict.status));
    let Ok(json) = serde_json::to_string(report) else { return withheld() };
    // Most reports hold none, and taking one apart costs more than looking at it.
    if !strings(&json).any(|text| matches!(secrets(&text), Cow::Owned(_))) {
        return Cow::Borrowed(report);
    }
    let Ok(mut value) = serde_json::from_str::<Value>(&json) else { return withheld() };
    every_string(&mut value, secrets);
    read::report(value).map_or_else(|_| withheld(), Cow::Owned)
}

/// Returns every string of a JSON text, names of fields included.
fn strings(json: &str) -> impl Iterator<Item = Cow<'_, str>> {
    quoted(json).filter_map(|place| {
        let text = json.get(place.start + 1..place.end - 1)?;
        Some(match text.contains('\\') {
            true => Cow::Owned(serde_json::from_str(json.get(place)?).unwrap_or_default()),
            false => Cow::Borrowed(text),
        })
    })
}

/// Returns the schema without secrets: those can stand in values and comments. Names stay what they are,
/// since others refer to them.
pub fn schema(mut schema: SchemaView) -> SchemaView {
    let clean = |text: &mut String| *text = secrets(text).into_owned();
    for table in &mut schema.tables {
        for column in &mut table.columns {
            let parts = [&mut column.default, &mut column.generated, &mut column.comment];
            parts.into_iter().flatten().for_each(clean);
        }
        table.checks.iter_mut().for_each(|check| clean(&mut check.expression));
        for index in &mut table.indexes {
            index.filter.iter_mut().for_each(clean);
        }
    }
    schema.undecided.iter_mut().for_each(|open| clean(&mut open.what));
    if let Some(script) = &mut schema.script {
        script.statements.iter_mut().for_each(literals);
    }
    schema.statements.iter_mut().for_each(literals);
    schema
}

/// Returns the comparison without secrets: those can stand in literals, comments and what was not understood.
/// Names stay what they are, as in [`schema`].
pub fn diff(diff: &DiffView) -> DiffView {
    let mut diff = diff.clone();
    for one in &mut diff.differences {
        [&mut one.before, &mut one.after].into_iter().flatten().for_each(literals);
    }
    diff.undecided.iter_mut().for_each(|open| open.what = secrets(&open.what).into_owned());
    for way in [&mut diff.way, &mut diff.back] {
        for step in way.steps.iter_mut().chain(&mut way.left_out) {
            step.sql.iter_mut().chain(&mut step.python).for_each(literals);
        }
    }
    diff
}

/// Takes secrets out of what stands between single quotes. A name in a regclass is a name.
fn literals(text: &mut String) {
    let mut out = String::with_capacity(text.len());
    for (ix, piece) in text.split('\'').enumerate() {
        if ix > 0 {
            out.push('\'');
        }
        let is_inside = ix % 2 == 1;
        let cleaned = if is_inside { secrets(piece) } else { Cow::Borrowed(piece) };
        // A long name has letters and digits too; what has no more than those of one is left.
        let is_name =
            piece.len() <= 63 && piece.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        out.push_str(if is_name { piece } else { &cleaned });
    }
    *text = out;
}

fn private_keys(text: &str, found: &mut Vec<Range<usize>>) {
    let mut from = 0;
    while let Some(at) = find(text, "-----BEGIN ", from) {
        let label_end = find(text, "-----", at + 11).map_or(text.len(), |dash| dash + 5);
        if !text.get(at..label_end).is_some_and(|label| label.contains("PRIVATE KEY")) {
            from = label_end;
            continue;
        }
        let end = find(text, "-----END", label_end)
            .and_then(|end| find(text, "-----", end + 8))
            .map_or(text.len(), |dash| dash + 5);
        found.push(at..end);
        from = end;
    }
}

/// `scheme://user:password@host`: the password alone, so that the reader still sees which database it is.
fn connection_strings(text: &str, found: &mut Vec<Range<usize>>) {
    let mut from = 0;
    while let Some(at) = find(text, "://", from) {
        let start = at + 3;
        let rest = text.get(start..).unwrap_or("");
        let length = rest.find(|c: char| c.is_whitespace() || "\"'`<>".contains(c));
        let address = rest.get(..length.unwrap_or(rest.len())).unwrap_or("");
        // The last @ before the path; a password may hold one. Failing that, a slash was left unescaped.
        let authority = address.get(..address.find('/').unwrap_or(address.len())).unwrap_or("");
        let host = authority.rfind('@').or_else(|| address.rfind('@'));
        if let (Some(host), Some(colon)) = (host, address.find(':'))
            && colon + 1 < host
        {
            found.push(start + colon + 1..start + host);
        }
        from = start;
    }
}

/// `password=…`, `"token": "…"`, `PASSWORD '…'`, `IDENTIFIED BY '…'`.
fn named_values(text: &str, found: &mut Vec<Range<usize>>) {
    if !text.contains(['=', ':', '"', '\'']) {
        return;
    }
    let lower = text.to_ascii_lowercase();
    for word in words(&lower, |c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-')) {
        let name = lower.get(word.clone()).unwrap_or("");
        let by_sql = name == "by"
            && lower
                .get(..word.start)
                .is_some_and(|before| before.trim_end().ends_with("identified"));
        if by_sql || SECRET_NAMES.iter().any(|secret| name.contains(secret)) {
            found.extend(value_after(text, word.end, name));
        }
    }
}

/// The value that follows a name, if one is given to it.
fn value_after(text: &str, end: usize, name: &str) -> Option<Range<usize>> {
    let rest = text.get(end..)?;
    let unquoted = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
    let gap = unquoted.trim_start_matches([' ', '\t']);
    let spaced = gap.len() != unquoted.len();
    let sign = ["=>", ":=", "=", ":"].into_iter().find(|sign| gap.starts_with(sign));
    let value = gap.get(sign.map_or(0, str::len)..)?;
    let value = value.trim_start_matches([' ', '\t']);
    let at = text.len() - value.len();
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        // A quoted text right after the name without any sign is SQL: PASSWORD 'x'.
        if sign.is_none() && !spaced {
            return None;
        }
        let body = value.get(1..)?;
        let length = body.find(quote).or_else(|| body.find('\n')).unwrap_or(body.len());
        return (length > 0).then_some(at + 1..at + 1 + length);
    }
    let sign = sign?;
    let value = ["Bearer ", "Basic "].iter().find_map(|s| value.strip_prefix(s)).unwrap_or(value);
    let at = text.len() - value.len();
    let length = value.find(|c: char| c.is_whitespace() || ",;)&\"'`<>".contains(c));
    let value = value.get(..length.unwrap_or(value.len()))?;
    believable(value, name, spaced || sign == ":").then_some(at..at + value.len())
}

/// Code and prose also put `=` and `:` after such names (`token = row.token`, "drops password: it is…").
fn believable(value: &str, name: &str, loose: bool) -> bool {
    let placeholder =
        matches!(value.to_ascii_lowercase().as_str(), "null" | "none" | "true" | "false")
            || value.starts_with(['%', '?', '$', '{', ':', '=', '*'])
            || value == MASK;
    if value.is_empty() || placeholder {
        return false;
    }
    let digits_only = value.chars().all(|c| c.is_ascii_digit());
    if digits_only && !name.contains("pass") && !name.contains("pwd") {
        return false;
    }
    if !loose {
        return true;
    }
    let code = value.contains(['(', '[', '.']);
    !code && (value.len() >= 8 || value.contains(|c: char| !c.is_ascii_alphabetic() && c != '_'))
}

fn tokens(text: &str, found: &mut Vec<Range<usize>>) {
    if text.len() < PREFIXED_TOKEN_CHARS_MIN {
        return;
    }
    for word in words(text, |c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.')) {
        if word.len() < PREFIXED_TOKEN_CHARS_MIN {
            continue;
        }
        let run = text.get(word.clone()).unwrap_or("");
        let prefixed = TOKEN_PREFIXES.iter().any(|prefix| {
            run.strip_prefix(prefix).is_some_and(|rest| {
                rest.len() >= PREFIXED_TOKEN_CHARS_MIN
                    && rest.contains(|c: char| c.is_ascii_digit())
            })
        });
        let web_token = run.starts_with("eyJ") && run.len() >= TOKEN_CHARS_MIN && run.contains('.');
        if prefixed || web_token {
            found.push(word);
        }
    }
    for word in words(text, |c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/')) {
        if word.len() >= TOKEN_CHARS_MIN && looks_random(text.get(word.clone()).unwrap_or("")) {
            found.push(word);
        }
    }
}

fn looks_random(run: &str) -> bool {
    let hex =
        run.chars().all(|c| c.is_ascii_hexdigit()) && run.contains(|c: char| c.is_ascii_digit());
    if hex {
        return run.len() >= HEX_TOKEN_CHARS_MIN;
    }
    let groups = |of: fn(&char) -> bool| {
        let flags: Vec<bool> = run.chars().map(|c| of(&c)).collect();
        flags
            .iter()
            .zip(std::iter::once(&false).chain(&flags))
            .filter(|(now, was)| **now && !**was)
            .count()
    };
    let mixed = |part: &str| {
        part.len() >= 16
            && part.contains(|c: char| c.is_ascii_uppercase())
            && part.contains(|c: char| c.is_ascii_lowercase())
            && part.contains(|c: char| c.is_ascii_digit())
    };
    // Names made of words have few places where a digit or a capital begins; random text has many.
    groups(char::is_ascii_digit) >= 3
        && groups(char::is_ascii_uppercase) >= 4
        && run.split('/').any(mixed)
}

/// The runs of signs that belong to a word; only ASCII may.
fn words(text: &str, belongs: fn(&u8) -> bool) -> impl Iterator<Item = Range<usize>> {
    let (bytes, mut done) = (text.as_bytes(), 0);
    std::iter::from_fn(move || {
        let start = done + bytes.get(done..)?.iter().position(belongs)?;
        let rest = bytes.get(start..)?;
        done = start + rest.iter().position(|byte| !belongs(byte)).unwrap_or(rest.len());
        Some(start..done)
    })
}

fn find(text: &str, what: &str, from: usize) -> Option<usize> {
    Some(text.get(from..)?.find(what)? + from)
}

fn starts_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    before.ends_with("file://")
        || before.chars().next_back().is_none_or(|c| c.is_whitespace() || "\"'`(=:,[<".contains(c))
}

fn is_machine_path(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    if let [drive, b':', b'\\' | b'/', _, ..] = bytes {
        return drive.is_ascii_alphabetic();
    }
    let Some(path) = rest.strip_prefix('/') else { return false };
    let folder = path.split(['/', ' ', '\n']).next().unwrap_or("");
    MACHINE_FOLDERS.contains(&folder) && path.len() > folder.len()
}

fn path_length(rest: &str) -> usize {
    rest.find(|c: char| c.is_whitespace() || "\"'`()<>,;|".contains(c)).unwrap_or(rest.len())
}

fn last_parts(path: &str) -> String {
    let mut parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    if parts.first().is_some_and(|part| part.ends_with(':')) {
        parts.remove(0);
    }
    let in_a_home = parts.first().is_some_and(|part| matches!(*part, "home" | "Users"));
    let own = parts.get(if in_a_home { 2 } else { 1 }..).unwrap_or(&[]);
    own.get(own.len().saturating_sub(2)..).unwrap_or(&[]).join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str) {
        let once = secrets(before).into_owned();
        assert_eq!(once, after);
        assert_eq!(secrets(&once), once, "masking twice must change nothing more");
    }

    #[test]
    fn passwords_in_connection_strings_are_masked_and_hosts_stay() {
        check(
            "postgresql+asyncpg://app:hunter2@db.internal:5432/prod",
            "postgresql+asyncpg://app:[secret]@db.internal:5432/prod",
        );
        check("see postgres://u:p@ss@host/db.", "see postgres://u:[secret]@host/db.");
        check("redis://:abc@host", "redis://:[secret]@host");
        check("mysql://u:a/b@host/db", "mysql://u:[secret]@host/db");
        check("https://host:8080/a", "https://host:8080/a");
        check("https://example.com/@someone", "https://example.com/@someone");
    }

    #[test]
    fn a_report_is_cleaned_wherever_a_secret_stands() {
        let mut plain = crate::wire::fixture::report(3, 3);
        plain.verdict.reason = "two lines\nand \"quotes\", no secret".to_owned();
        assert_eq!(*report(&plain), plain);

        let mut telling = plain.clone();
        telling.verdict.reason = "first\n\"password\":\t\"a\\b\"".to_owned();
        let clean = report(&telling).into_owned();
        assert_eq!(clean.verdict.reason, "first\n\"password\":\t\"[secret]\"");
    }

    #[test]
    fn values_of_secret_names_are_masked() {
        check("DB_PASSWORD=hunter2 next", "DB_PASSWORD=[secret] next");
        check("host=db password='a b c' user=x", "host=db password='[secret]' user=x");
        check("{\"apiKey\": \"zzz\"}", "{\"apiKey\": \"[secret]\"}");
        check("CREATE ROLE app PASSWORD 'tiger'", "CREATE ROLE app PASSWORD '[secret]'");
        check("IDENTIFIED BY 'tiger'", "IDENTIFIED BY '[secret]'");
        check("Authorization: Bearer abc123def456", "Authorization: Bearer [secret]");
        check("password: hunter2", "password: [secret]");
        check(
            "postgres://h/db?user=a&password=b&x=1",
            "postgres://h/db?user=a&password=[secret]&x=1",
        );
    }

    #[test]
    fn code_and_prose_about_such_names_stay() {
        for text in [
            "Drops column `users.password`",
            "UPDATE sessions SET token = NULL",
            "op.add_column('users', sa.Column('password', sa.String()))",
            "SET token = other.token",
            "token_count = 12",
            "password=%s",
            "ix_organization_membership_access_created_at_2_idx",
            "versions/5a9d6371e18c_add_reset_token_to_users.py",
            "5a9d6371e18c5a9d6371e18c5a9d6371",
            "AccountOrganizationMembershipCreatedAtIndexV2",
            "7d8e2c1a-7b1f-4f62-9c5d-0a6f7c9f1e33",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn private_keys_and_tokens_are_masked() {
        check(
            "a -----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY----- b",
            "a [secret] b",
        );
        check("a -----BEGIN PRIVATE KEY-----\nMIIB", "a [secret]");
        check("key ghp_0123456789abcdefABCDEF0123456789abcd", "key [secret]");
        check("AKIAIOSFODNN7EXAMPLE7", "[secret]");
        check("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "[secret]");
        check("v wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEYa1b2 z", "v [secret] z");
    }

    #[test]
    fn absolute_paths_lose_their_owner() {
        for (before, after) in [
            ("/home/alice/shop/app/versions/a.py", "versions/a.py"),
            ("/home/alice/a.py", "a.py"),
            ("C:\\Users\\alice\\shop\\a.py", "shop/a.py"),
            ("seen in \"/tmp/x/y/z.sql\", line 3", "seen in \"y/z.sql\", line 3"),
            ("app/home/x.py", "app/home/x.py"),
            ("GET /api/v1/users", "GET /api/v1/users"),
            ("file:///root/q/w/e", "file://w/e"),
        ] {
            assert_eq!(absolute_paths(before), after);
            assert_eq!(absolute_paths(after), after);
        }
    }

    #[test]
    fn ids_stay_what_others_refer_to_and_rows_below_them_are_cleaned() {
        let long = "0123456789abcdef0123456789abcdef0123456789abcdef";
        let mut value = serde_json::json!({
            "revisions": [{"id": long, "down": [long], "message": long}],
            "because": [long],
            "findings": [{"id": long, "title": "postgres://u:p@h"}],
        });
        every_string(&mut value, secrets);
        let expected = serde_json::json!({
            "revisions": [{"id": long, "down": [long], "message": MASK}],
            "because": [long],
            "findings": [{"id": long, "title": "postgres://u:[secret]@h"}],
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn any_text_is_survived() {
        let pieces = [
            "password",
            "=",
            ":",
            "'",
            "\"",
            "é",
            "://",
            "@",
            "-----BEGIN ",
            "PRIVATE KEY",
            "-----",
            " ",
            "/home",
            "/",
            "C:",
            "\\",
            "ghp_",
            "\u{202e}",
            "0a",
        ];
        let mut seed: u64 = 7;
        for _ in 0..5_000 {
            let mut text = String::new();
            for _ in 0..8 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
            }
            let _ = secrets(&text);
            let _ = absolute_paths(&text);
        }
    }
}

//! The command, in-process: arguments, exit codes, output.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use retort::Report;
use retort::cli::{Io, run};
use retort::renderers::Look;
use serde_json::Value;

/// The date of every test.
pub const TODAY: &str = "2026-11-21";

/// A folder of its own for one test, empty at its start.
pub fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

pub fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

pub struct Ran {
    pub code: u8,
    pub out: String,
    pub err: String,
}

impl Ran {
    #[track_caller]
    pub fn report(&self) -> Report {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|why| panic!("{why}\n{}\n{}", self.out, self.err))
    }

    fn names(&self) -> Vec<String> {
        self.report().inputs.into_iter().map(|input| input.name).collect()
    }
}

pub fn retort(folder: &Path, args: &[&str]) -> Ran {
    retort_with(folder, args, "", Look::plain())
}

fn retort_with(folder: &Path, args: &[&str], typed: &str, look: Look) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io = Io {
        input: &mut typed.as_bytes(),
        out: &mut out,
        err: &mut err,
        look,
        err_is_terminal: false,
        folder: folder.to_owned(),
        today: Some(TODAY.to_owned()),
    };
    let args = std::iter::once("retort").chain(args.iter().copied()).map(OsString::from);
    let code = run(args, &mut io).code();
    Ran { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

#[test]
fn misuse_is_exit_code_2_with_a_next_step_and_no_result() {
    let folder = folder("misuse");
    put(&folder, "a.txt", "hello\n");
    for (args, says) in [
        (&[][..], "Usage"),
        (&["frobnicate"], "unrecognized"),
        (&["check"], "nothing to check"),
        (&["check", "nowhere"], "no such file"),
        (&["check", "a.txt", "--prod", "nowhere.md"], "no such file"),
        (&["check", "a.txt", "--format", "svg"], "Formats are human, json"),
        (&["chain", "a.txt", "--format", "sarif"], "Formats are human, json, dot, mermaid"),
        (&["check", "a.txt", "--fail-on", "high"], "blocker, danger, warning, notice"),
        (&["check", "a.txt", "--as", "novel:a.txt"], "publish-plan"),
        (&["check", "a.txt", "--as", "a.txt"], "KIND:PATH"),
        (&["check", "a.txt", "--frob"], "--frob"),
        (&["chain"], "PATH"),
        (&["explain", "no-such-rule"], "Nearest"),
    ] {
        let ran = retort(&folder, args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
        assert!(ran.err.contains(says), "{args:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{args:?}");
    }
}

#[test]
fn help_and_version_are_results() {
    let folder = folder("help");
    for args in
        [&["--help"][..], &["check", "--help"], &["chain", "--help"], &["explain", "--help"]]
    {
        let ran = retort(&folder, args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
        assert!(ran.out.contains("Usage: retort"), "{}", ran.out);
    }
    let ran = retort(&folder, &["--version"]);
    assert_eq!((ran.code, ran.out), (0, format!("retort {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn what_was_not_recognised_never_passes() {
    let folder = folder("unknown");
    put(&folder, "a.txt", "hello\n");
    let ran = retort(&folder, &["check", "a.txt", "--format", "json"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.report().verdict.status.word(), "unknown");
    assert_eq!(ran.err, "");
}

#[test]
fn the_same_input_gives_the_same_bytes_and_no_place_on_this_machine() {
    let folder = folder("same");
    put(&folder, "plan.sql", "DROP TABLE accounts;\n");
    put(&folder, "app/migrations/versions/a.py", "revision = 'a'\ndown_revision = None\n");
    let whole = folder.to_str().unwrap();
    for format in ["human", "json"] {
        for paths in [&["plan.sql", "app"][..], &["app", "plan.sql", "./app/../plan.sql"], &[whole]]
        {
            let args = [&["check", "--format", format][..], paths].concat();
            let (one, two) = (retort(&folder, &args), retort(&folder, &args));
            assert_eq!(one.out, two.out);
            assert!(!one.out.contains(env!("CARGO_TARGET_TMPDIR")), "{}", one.out);
        }
    }
    let forth = retort(&folder, &["check", "--format", "json", "plan.sql", "app"]);
    let back = retort(&folder, &["check", "--format", "json", "app", "plan.sql", "app/migrations"]);
    assert_eq!(forth.out, back.out);
}

#[test]
fn folders_are_walked_by_name_and_without_what_tools_keep() {
    let folder = folder("walk");
    for name in
        ["b.sql", "a.sql", "sub/c.sql", ".git/config", "node_modules/x.js", "env/pyvenv.cfg"]
    {
        put(&folder, &format!("top/{name}"), "SELECT 1;\n");
    }
    put(&folder, "top/env/lib/x.py", "x = 1\n");
    put(&folder, "top/__pycache__/a.cpython-312.pyc", "x");
    put(&folder, "top/picture.png", b"\x89PNG\r\n\x1a\n\0\0");
    put(&folder, "top/wide.txt", b"\xff\xfea\0b\0");
    let ran = retort(&folder, &["check", "top", "--format", "json"]);
    assert_eq!(ran.names(), ["top/a.sql", "top/b.sql", "top/sub/c.sql", "top/wide.txt"]);
    assert!(ran.err.contains("1 file"), "{}", ran.err);
    let absolute = folder.join("top");
    let ran = retort(&folder, &["check", absolute.to_str().unwrap(), "--format", "json"]);
    assert_eq!(ran.names()[0], "top/a.sql");
    let ran = retort(&folder.join("top"), &["check", ".", "--format", "json"]);
    assert_eq!(ran.names()[0], "a.sql");
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_a_folder_and_not_out_of_it() {
    use std::os::unix::fs::symlink;
    let folder = folder("links");
    put(&folder, "private.sql", "SELECT 'outside';\n");
    put(&folder, "top/real/a.sql", "SELECT 1;\n");
    symlink(folder.join("top"), folder.join("top/real/loop")).unwrap();
    symlink(folder.join("private.sql"), folder.join("top/leads-out.sql")).unwrap();
    symlink("nowhere", folder.join("top/dangling.sql")).unwrap();
    let ran = retort(&folder, &["check", "top", "--format", "json"]);
    assert_eq!(ran.names(), ["top/real/a.sql"]);
    assert!(ran.err.contains("2 files"), "{}", ran.err);
    assert!(!ran.out.contains("outside"));
}

#[test]
fn roles_and_kinds_are_given_to_files_that_are_there_or_added() {
    let folder = folder("roles");
    put(&folder, "in/prod.md", "hello prod\n");
    put(&folder, "in/other.md", "hello other\n");
    put(&folder, "dev.md", "hello dev\n");
    let ran = retort(
        &folder,
        &[
            "check",
            "in",
            "--prod",
            "in/prod.md",
            "--dev",
            "dev.md",
            "--as",
            "publish-plan:in/other.md",
            "--format",
            "json",
        ],
    );
    let rows: Vec<(String, Option<&str>, &str)> = ran
        .report()
        .inputs
        .into_iter()
        .map(|input| (input.name, input.role.map(retort::wire::Role::word), input.kind.word()))
        .collect();
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert_eq!((rows[0].0.as_str(), rows[0].1), ("dev.md", Some("dev")));
    assert_eq!((rows[1].0.as_str(), rows[1].2), ("in/other.md", "publish-plan"));
    assert_eq!((rows[2].0.as_str(), rows[2].1), ("in/prod.md", Some("prod")));
}

#[test]
fn standard_input_is_a_dash() {
    let folder = folder("stdin");
    let ran = retort_with(
        &folder,
        &["check", "-", "--plan", "-", "--format", "json"],
        "DROP TABLE accounts;\n",
        Look::plain(),
    );
    let inputs = ran.report().inputs;
    assert_eq!(inputs.len(), 1);
    assert_eq!((inputs[0].name.as_str(), inputs[0].bytes), ("stdin", 21));
    assert_eq!(inputs[0].role, Some(retort::wire::Role::Plan));
}

#[test]
fn a_file_over_the_limit_is_refused_by_name() {
    let folder = folder("large");
    let file = fs::File::create(folder.join("dump.sql")).unwrap();
    file.set_len(u64::try_from(retort::limits::DOCUMENT_BYTES_MAX).unwrap() + 1).unwrap();
    let ran = retort(&folder, &["check", "dump.sql"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("dump.sql: larger than 64 MB"), "{}", ran.err);
    assert!(ran.err.contains("--schema-only"), "{}", ran.err);
}

#[test]
fn chains_are_an_answer_even_when_there_are_none() {
    let folder = folder("chain");
    put(&folder, "a.txt", "hello\n");
    for format in ["human", "json", "dot", "mermaid"] {
        let ran = retort(&folder, &["chain", "a.txt", "--format", format]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.ends_with('\n'));
        assert!(ran.err.contains("None has a revision id"), "{}", ran.err);
    }
    let json: Value =
        serde_json::from_str(&retort(&folder, &["chain", "a.txt", "--format", "json"]).out)
            .unwrap();
    assert_eq!(json, serde_json::json!({"version": 1, "chains": []}));
}

#[test]
fn every_rule_has_a_page_and_is_listed() {
    let folder = folder("explain");
    let list = retort(&folder, &["explain"]);
    assert_eq!(list.code, 0);
    for card in retort::rule_cards() {
        assert!(list.out.contains(&card.name), "{}", card.name);
        let page = retort(&folder, &["explain", &card.name]);
        assert_eq!(page.code, 0, "{}", page.err);
        assert!(page.out.starts_with(&card.name), "{}", page.out);
        let cause = retort(&folder, &["explain", &format!("{}/some-cause", card.name)]);
        assert_eq!(cause.out, page.out);
    }
}

#[test]
fn colour_only_where_it_is_asked_for() {
    let folder = folder("colour");
    put(&folder, "a.txt", "hello\n");
    assert!(!retort(&folder, &["check", "a.txt"]).out.contains('\u{1b}'));
    let look = Look { colour: true, columns: 80 };
    assert!(retort_with(&folder, &["check", "a.txt"], "", look).out.contains("\u{1b}["));
    let json = retort_with(&folder, &["check", "a.txt", "--format", "json"], "", look);
    assert!(!json.out.contains('\u{1b}'));
}

#[test]
fn names_of_files_cannot_write_to_the_terminal() {
    let folder = folder("hostile");
    put(&folder, "a\u{1b}]0;x\u{7}\u{202e}.txt", "hello\n");
    let ran = retort(&folder, &["check", ".", "nowhere\u{1b}[2J"]);
    assert!(!ran.err.contains('\u{1b}'), "{:?}", ran.err);
    let ran = retort(&folder, &["check", "."]);
    assert!(!ran.out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", ran.out);
}

/// A reader that has gone away.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_changes_nothing() {
    let folder = folder("pipe");
    put(&folder, "a.txt", "hello\n");
    let mut err = Vec::new();
    let mut io = Io {
        input: &mut io::empty(),
        out: &mut Closed,
        err: &mut err,
        look: Look::plain(),
        err_is_terminal: false,
        folder,
        today: None,
    };
    let code = run(["retort", "check", "a.txt"].map(OsString::from), &mut io).code();
    assert_eq!((code, err.as_slice()), (1, &b""[..]));
}

/// A revision that makes one table without a name for its key.
fn makes(table: &str) -> String {
    format!(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '{table}1'\ndown_revision = None\n\n\
         def upgrade():\n    op.create_table('{table}', sa.Column('id', sa.Integer(), primary_key=True))\n"
    )
}

#[test]
fn a_schema_of_several_chains_is_chosen_by_folder() {
    let folder = folder("schema_chains");
    put(&folder, "repo/one/versions/a.py", makes("apples"));
    put(&folder, "repo/two/versions/b.py", makes("pears"));
    let ran = retort(&folder, &["schema", "repo"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("2 chains: repo/one, repo/two"), "{}", ran.err);
    assert!(ran.err.contains("retort schema repo --chain repo/one"), "{}", ran.err);
    let ran = retort(&folder, &["schema", "repo", "--chain", "repo/two"]);
    assert!(
        ran.code == 0 && ran.out.contains("pears") && !ran.out.contains("apples"),
        "{}",
        ran.out
    );
    assert_eq!(retort(&folder, &["schema", "repo", "--chain", "repo/six"]).code, 2);
}

#[test]
fn a_convention_and_a_baseline_are_arguments_of_schema() {
    let folder = folder("schema_inputs");
    put(&folder, "m/versions/a.py", makes("apples"));
    put(&folder, "before.sql", "CREATE TABLE orchards (id integer PRIMARY KEY);\n");
    let named = ["schema", "m", "--naming", "pk=pk_%(table_name)s", "--baseline", "before.sql"];
    let ran = retort(&folder, &named);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("primary key pk_apples (id)"), "{}", ran.out);
    assert!(ran.out.contains("orchards") && !ran.out.contains("Not known"), "{}", ran.out);
    for wrong in ["pk", "pk=", "xx=y"] {
        assert_eq!(retort(&folder, &["schema", "m", "--naming", wrong]).code, 2, "{wrong}");
    }
    assert_eq!(retort(&folder, &["schema", "m", "--baseline", "absent.sql"]).code, 2);
    let ran = retort(&folder, &["schema", "m", "--at", "nowhere"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("Can't locate revision identified by 'nowhere'"), "{}", ran.err);
}

#[test]
fn statements_alone_are_a_schema_where_one_is_asked_for() {
    let folder = folder("schema-of-statements");
    put(&folder, "made.sql", "CREATE TABLE person (id int PRIMARY KEY);");
    let ran = retort(&folder, &["schema", "made.sql", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("\"person\""), "{}", ran.out);

    put(&folder, "notes.txt", "nothing in here makes a table");
    let ran = retort(&folder, &["schema", "notes.txt"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("no revision and no dump"), "{}", ran.err);
}

#[test]
fn sql_is_written_in_the_words_of_each_dialect() {
    let folder = folder("schema-in-dialects");
    put(&folder, "m/versions/1.py", makes("person"));
    for (dialect, quoted) in
        [("mysql", "`person`"), ("sqlite", "\"person\""), ("postgresql", " person ")]
    {
        let ran = retort(&folder, &["schema", "m", "--dialect", dialect, "--format", "sql"]);
        assert_eq!(ran.code, 0, "{dialect}: {}", ran.err);
        assert!(ran.out.contains("CREATE TABLE"), "{dialect}: {}", ran.out);
        assert!(ran.out.contains(quoted), "{dialect}: {}", ran.out);
        // Read again, it is the same schema.
        put(&folder, "made.sql", &ran.out);
        let back = ["diff", "m@head", "made.sql", "--dialect", dialect, "--format", "json"];
        let back = retort(&folder, &back);
        let found: serde_json::Value = serde_json::from_str(&back.out).unwrap();
        assert_eq!(found["differences"].as_array().map(Vec::len), Some(0), "{dialect}: {found}");
    }
}

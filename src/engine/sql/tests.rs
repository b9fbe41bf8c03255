use super::split::{PieceKind, split_in};
use super::*;
use crate::engine::op::describe;

#[track_caller]
fn pieces(text: &str) -> Vec<(PieceKind, &str)> {
    pieces_in(text, Dialect::PostgreSql)
}

/// The pieces without the blank ones; every byte of the text must be in exactly one.
#[track_caller]
fn pieces_in(text: &str, dialect: Dialect) -> Vec<(PieceKind, &str)> {
    let pieces = split_in(text, dialect);
    let mut at = 0;
    for piece in &pieces {
        assert_eq!(piece.start, at, "a byte was lost or read twice");
        at = piece.end;
    }
    assert_eq!(at, text.len(), "the end was lost");
    pieces
        .into_iter()
        .filter(|piece| piece.kind != PieceKind::Blank)
        .map(|piece| (piece.kind, &text[piece.start..piece.end]))
        .collect()
}

#[track_caller]
fn statements(text: &str) -> Vec<&str> {
    pieces(text)
        .into_iter()
        .filter(|(kind, _)| *kind == PieceKind::Statement)
        .map(|(_, text)| text)
        .collect()
}

#[track_caller]
fn says(statement: &str) -> String {
    read(statement).ops.iter().map(describe).collect::<Vec<_>>().join("; ")
}

#[test]
fn semicolons_inside_quotes_do_not_end_a_statement() {
    assert_eq!(statements("a 'x;''y;'; b \"q;\"\"r\"; c $$ ; $$; d $t$ ; $$ ; $t$;").len(), 4);
    assert_eq!(statements(r"a E'x\';y'; b 'x\'; c").len(), 3);
    assert_eq!(statements("a name_e'x;y'").len(), 1);
}

#[test]
fn comments_nest_and_hide_nothing_after_them() {
    assert_eq!(statements("/* a /* b; */ c; */ DROP TABLE x; -- y; z\nDROP TABLE y").len(), 2);
    assert_eq!(statements("SELECT 1 -- a;b\n, 2; SELECT 3"), ["SELECT 1 -- a;b\n, 2;", "SELECT 3"]);
}

#[test]
fn copy_data_is_skipped_without_reading_it() {
    let text = "COPY t (a) FROM stdin;\nDROP TABLE x;\n'\n\\.\nSELECT 1;\n";
    let found = pieces(text);
    assert_eq!(found[1].0, PieceKind::CopyData);
    assert_eq!(statements(text), ["COPY t (a) FROM stdin;", "SELECT 1;"]);
}

#[test]
fn psql_commands_stand_alone() {
    assert_eq!(pieces("\\restrict abc\nSELECT 1;")[0], (PieceKind::Meta, "\\restrict abc\n"));
}

#[test]
fn atomic_bodies_hold_semicolons() {
    let text = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3;";
    assert_eq!(statements(text).len(), 2);
    assert_eq!(statements("BEGIN; SELECT 1; END;").len(), 3);
}

#[test]
fn an_open_quote_does_not_hide_the_rest() {
    assert_eq!(statements("SELECT 'oops;\nDROP TABLE x;\n"), ["SELECT 'oops;", "DROP TABLE x;"]);
}

#[test]
fn drops_are_read_whoever_understands_them() {
    assert_eq!(
        says("DROP TABLE \"Users\", public.a CASCADE"),
        "drops table `Users` and all that depends on it; drops table `a` and all that depends on it"
    );
    assert_eq!(says("DROP INDEX CONCURRENTLY IF EXISTS i"), "drops index `i`");
    assert_eq!(
        says("drop materialized view if exists app.v cascade"),
        "drops materialized view `app.v` and all that depends on it"
    );
    assert_eq!(says("DROP STATISTICS s"), "drops object `s`");
    assert_eq!(says("DROP OWNED BY bob CASCADE"), "drops object `bob` and all that depends on it");
    assert_eq!(
        says("ALTER TABLE t DROP c, DROP COLUMN IF EXISTS d CASCADE"),
        "drops column `t.c`; drops column `t.d` and all that depends on it"
    );
}

#[test]
fn what_is_not_understood_says_so() {
    for statement in [
        "DROPP TABLE x",
        "ALTER TABLE t FROBNICATE",
        "DO $$ BEGIN EXECUTE 'drop table x'; END $$",
        "SELECT dangerous()",
        "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d",
        "ALTER SEQUENCE s RESTART WITH 1",
        "",
    ] {
        assert!(matches!(read(statement).ops.as_slice(), [Op::Unknown { .. }]), "{statement}");
    }
}

#[test]
fn a_condition_that_holds_for_every_row_is_no_filter() {
    assert_eq!(says("DELETE FROM t"), "deletes from `t`, every row");
    assert_eq!(says("DELETE FROM t WHERE (1 = 1)"), "deletes from `t`, every row");
    assert_eq!(says("DELETE FROM t WHERE id = 1"), "deletes from `t`, some rows");
    assert_eq!(says("UPDATE t SET a = 1"), "updates `t`, every row");
}

#[test]
fn typographic_quotes_are_read_and_reported() {
    let reading = read("DROP TABLE “gift_cards” CASCADE;");
    assert!(reading.straightened);
    assert_eq!(
        reading.ops.iter().map(describe).collect::<Vec<_>>(),
        ["drops table `gift_cards` and all that depends on it"]
    );
}

#[test]
fn names_fold_as_postgresql_folds_them() {
    assert_eq!(says("DROP TABLE Accounts"), "drops table `accounts`");
    assert_eq!(says("DROP TABLE \"Accounts\""), "drops table `Accounts`");
    assert_eq!(
        says("TRUNCATE public.a, audit.b RESTART IDENTITY CASCADE"),
        "empties `a`, `audit.b` and all that depends on it"
    );
}

#[test]
fn a_client_changes_what_ends_a_statement() {
    let text = "DELIMITER ;;\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET x = 1; END ;;\nDELIMITER ;\nSELECT 1;\n";
    let statements: Vec<&str> = pieces_in(text, Dialect::MySql)
        .into_iter()
        .filter(|(kind, _)| *kind == PieceKind::Statement)
        .map(|(_, text)| text)
        .collect();
    assert_eq!(statements.len(), 2);
    assert!(statements[0].ends_with("END ;;"));
}

#[test]
fn comments_that_servers_run_are_statements() {
    let text = "/*!40101 SET NAMES utf8 */;\n# a; b\n-- c\nINSERT INTO t VALUES ('it\\'s; --');\n";
    let kinds: Vec<PieceKind> =
        pieces_in(text, Dialect::MySql).into_iter().map(|(kind, _)| kind).collect();
    let (statement, comment) = (PieceKind::Statement, PieceKind::Comment);
    assert_eq!(kinds, [statement, comment, comment, statement]);
}

#[test]
fn bodies_of_triggers_hold_semicolons_in_sqlite() {
    let text = "CREATE TRIGGER t AFTER INSERT ON [a;b] BEGIN UPDATE c SET d = CASE WHEN 1 THEN 2 END; DELETE FROM e; END; SELECT 1;";
    assert_eq!(pieces_in(text, Dialect::Sqlite).len(), 2);
}

/// Whatever the text, no byte is lost or read twice, and nothing panics.
#[test]
fn noise_is_read_in_time_and_without_panic() {
    let mut seed = 7_u64;
    let words = [
        "'",
        "\"",
        "$",
        ";",
        "-",
        "/",
        "*",
        "\\",
        " ",
        "\n",
        "(",
        ")",
        "a",
        "E",
        "\u{e9}",
        "\u{201c}",
        "`",
        "[",
        "]",
        "#",
        "!",
        ",",
        ".",
        ":",
        "$x$",
        "/*!50001",
        "*/",
        "CREATE ",
        "TABLE ",
        "INDEX ",
        "ON ",
        "ALTER ",
        "ADD ",
        "CONSTRAINT ",
        "COPY ",
        "FROM stdin;",
        "\n\\.\n",
        "DELIMITER ",
        "BEGIN ",
        "END ",
        "TRIGGER ",
        "DEFAULT ",
        "PRIMARY KEY ",
        "GENERATED ",
        "AS ",
        "COMMENT ON ",
        "DROP ",
    ];
    let mut next = |count: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % count
    };
    for length in [0, 1, 7, 40, 300] {
        for _ in 0..300 {
            let text: String = (0..length).map(|_| words[next(words.len())]).collect();
            for row in dialects() {
                let setting = state::Setting { dialect: row, ..Default::default() };
                for (kind, piece) in pieces_in(&text, row) {
                    if kind == PieceKind::Statement {
                        assert!(!read_in(row, piece).ops.is_empty());
                        let _ = state::read(piece, &setting);
                        let _ = state::rows(piece, &setting);
                    }
                }
            }
        }
    }
}

#[test]
fn a_sequence_is_renamed_and_owned() {
    assert_eq!(
        says("ALTER SEQUENCE IF EXISTS s.a RENAME TO \"B\""),
        "renames sequence `s.a` to `s.B`"
    );
    assert_eq!(says("ALTER SEQUENCE a OWNED BY t.c"), "changes who owns sequence `a`");
    // Anything more is not taken for one of these.
    assert_ne!(says("ALTER SEQUENCE a RENAME TO b c"), "renames sequence `a` to `b`");
}

fn dialects() -> [Dialect; 3] {
    [Dialect::PostgreSql, Dialect::MySql, Dialect::Sqlite]
}

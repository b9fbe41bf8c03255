//! `retort fix`: files that only add, and that make one line.

use std::fs;

use crate::cli::{folder, put, retort};

const FIRST: &str = r#"
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("status", sa.Text()),
    )


def downgrade():
    op.drop_table("orders")
"#;

const SECOND: &str = r#"
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.create_index("ix_orders_status", "orders", ["status"])
    op.alter_column("orders", "status", nullable=False)


def downgrade():
    op.alter_column("orders", "status", nullable=True)
    op.drop_index("ix_orders_status", "orders")
"#;

const PROD: &str = "DATABASE INFO:\ncurrent_database\tcurrent_user\nshop\towner\n\nTABLES IN PUBLIC SCHEMA:\ntable_name\nalembic_version\norders\n\nALEMBIC VERSION:\nversion_num\na1\n";

#[test]
fn files_of_several_findings_follow_each_other_and_nothing_is_written_twice() {
    let folder = folder("fix");
    put(&folder, "m/versions/a1_x.py", FIRST);
    put(&folder, "m/versions/b2_x.py", SECOND);
    put(&folder, "prod.txt", PROD);
    let args = ["fix", "m", "--prod", "prod.txt", "--out", "m/versions"];
    let ran = retort(&folder, &args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("in place of m/versions/b2_x.py line 9"), "{}", ran.out);
    let count = || fs::read_dir(folder.join("m/versions")).unwrap().count();
    assert_eq!(count(), 2 + 4, "{}", ran.out);
    // What they are in place of is taken out by a person.
    put(
        &folder,
        "m/versions/b2_x.py",
        SECOND.split("def upgrade").next().unwrap().to_owned()
            + "def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n",
    );
    let report =
        retort(&folder, &["check", "m", "--prod", "prod.txt", "--format", "json"]).report();
    assert_eq!(report.chains[0].heads.len(), 1);
    assert_eq!(report.chains[0].revisions.len(), 6);
    let of = |rule: &str| report.findings.iter().filter(|row| row.rule == rule).count();
    assert_eq!((of("index-not-concurrent"), of("set-not-null-scan")), (0, 0));
}

#[test]
fn one_patch_adds_the_same_files() {
    let folder = folder("fix_patch");
    put(&folder, "m/versions/a1_x.py", FIRST);
    put(&folder, "m/versions/b2_x.py", SECOND);
    put(&folder, "prod.txt", PROD);
    let given = ["m", "--prod", "prod.txt"];
    let patch = retort(&folder, &[&["check"][..], &given, &["--format", "patch"]].concat()).out;
    assert_eq!(retort(&folder, &[&["fix"][..], &given, &["--out", "out"]].concat()).code, 0);
    let mut written = 0;
    for entry in fs::read_dir(folder.join("out")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let text = fs::read_to_string(folder.join("out").join(&name)).unwrap();
        let added: String = text.lines().map(|line| format!("+{line}\n")).collect();
        let head =
            format!("+++ b/m/versions/{name}\n@@ -0,0 +1,{} @@\n{added}", text.lines().count());
        assert!(patch.contains(&head), "{head}\n{patch}");
        written += 1;
    }
    assert_eq!(written, patch.matches("new file mode").count());
    assert!(written > 1);
}

#[test]
fn what_is_there_stays_as_it_is() {
    let folder = folder("fix-again");
    put(&folder, "plan.sql", "CREATE INDEX ix_orders_status ON orders (status);\n");
    let args = ["fix", "--plan", "plan.sql", "--only", "index-not-concurrent"];
    let first = retort(&folder, &args);
    let written: Vec<_> = fs::read_dir(folder.join("retort-fix")).unwrap().collect();
    assert_eq!((first.code, written.len()), (0, 1), "{}{}", first.out, first.err);
    let path = written[0].as_ref().unwrap().path();
    fs::write(&path, "-- mine\n").unwrap();
    let again = retort(&folder, &args);
    assert!(again.out.contains("is there already: left as it is"), "{}", again.out);
    assert_eq!(fs::read_to_string(&path).unwrap(), "-- mine\n");
}

#[test]
fn without_a_way_that_can_be_written_nothing_is() {
    let folder = folder("fix-none");
    put(&folder, "plan.sql", "DROP TABLE orders;\n");
    let ran = retort(&folder, &["fix", "--plan", "plan.sql"]);
    assert!(ran.out.contains("a person has to decide"), "{}", ran.out);
    assert!(!folder.join("retort-fix").exists());
    let unknown = retort(&folder, &["fix", "--plan", "plan.sql", "--only", "drop-tabel"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("drop-table"), "{}", unknown.err);
}

#[test]
fn a_merge_and_what_follows_one_of_its_heads_make_one_line() {
    let folder = folder("fix-heads");
    put(&folder, "m/versions/a1_x.py", FIRST);
    put(&folder, "m/versions/b2_x.py", SECOND);
    let other = SECOND.replace("b2", "c3").replace("ix_orders_status", "ix_orders_other");
    put(&folder, "m/versions/c3_x.py", &other);
    let ran = retort(&folder, &["fix", "m", "--out", "m/versions"]);
    assert!(ran.out.contains("merge_heads.py") && ran.out.contains("in place of"), "{}", ran.out);
    let chain = retort(&folder, &["chain", "m", "--format", "json"]).out;
    let chain: serde_json::Value = serde_json::from_str(&chain).unwrap();
    let heads = chain["chains"][0]["heads"].as_array().unwrap();
    assert_eq!(heads.len(), 1, "{heads:?}");
}

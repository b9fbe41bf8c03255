//! The comparisons of a report: dev with prod, prod with the chain's head, and where the plan leads.

use retort::Input;
use retort::wire::{ComparisonView, Role, Sign};

use crate::inputs::report;

const STEP_ONE: &str = "\"\"\"one\"\"\"
from alembic import op
import sqlalchemy as sa
revision = \"a1\"
down_revision = None

def upgrade():
    op.create_table(\"users\", sa.Column(\"id\", sa.Integer(), nullable=False), sa.Column(\"nick\", sa.Text()))

def downgrade():
    op.drop_table(\"users\")
";
const STEP_TWO: &str = "\"\"\"two\"\"\"
from alembic import op
import sqlalchemy as sa
revision = \"b2\"
down_revision = \"a1\"

def upgrade():
    op.add_column(\"users\", sa.Column(\"email\", sa.Text()))
    op.create_table(\"notes\", sa.Column(\"id\", sa.Integer(), nullable=False))

def downgrade():
    op.drop_table(\"notes\")
    op.drop_column(\"users\", \"email\")
";
const USERS: &str = "--\n-- PostgreSQL database dump\n--\n\n\
    CREATE TABLE public.users (\n    id integer NOT NULL,\n    nick text\n);\n\n\
    --\n-- PostgreSQL database dump complete\n--\n";

fn chain() -> Vec<Input> {
    vec![
        Input::new("app/versions/a1_one.py", STEP_ONE),
        Input::new("app/versions/b2_two.py", STEP_TWO),
    ]
}

fn as_role(role: Role, name: &str, text: &str) -> Input {
    let mut input = Input::new(name, text.to_owned());
    input.role = Some(role);
    input
}

fn found(inputs: Vec<Input>) -> Vec<ComparisonView> {
    report(inputs).comparisons
}

#[track_caller]
fn of<'a>(all: &'a [ComparisonView], id: &str) -> &'a ComparisonView {
    all.iter().find(|one| one.id == id).unwrap_or_else(|| panic!("no {id} in {all:#?}"))
}

#[test]
fn what_prod_lacks_names_the_revision_and_line_that_it_has_not_run() {
    let mut inputs = chain();
    inputs.push(as_role(Role::Prod, "prod.sql", USERS));
    let all = found(inputs);
    let head = of(&all, "prod-head");
    assert_eq!((head.same, head.differences), (false, 2), "{head:#?}");
    let [notes, users] = head.parts.as_slice() else { panic!("{head:#?}") };
    let place = |origin: &Option<retort::wire::schema::OriginView>| {
        origin.as_ref().map(|of| (of.revision.clone(), of.line)).unwrap()
    };
    assert_eq!((notes.name.as_str(), notes.sign), ("notes", Sign::Added));
    assert_eq!(place(&notes.origin), ("b2".to_owned(), 9));
    assert_eq!((users.name.as_str(), users.sign), ("users", Sign::Changed));
    assert_eq!(users.lines[0].text, "column email: text");
    assert_eq!(place(&users.lines[0].origin), ("b2".to_owned(), 8));
}

#[test]
fn a_plan_that_gets_to_the_head_is_told_from_one_that_does_not() {
    let plan = |text: &str| {
        let mut inputs = chain();
        inputs.push(as_role(Role::Prod, "prod.sql", USERS));
        inputs.push(as_role(Role::Plan, "plan.sql", text));
        found(inputs)
    };
    let email = "ALTER TABLE users ADD COLUMN email text;\n";
    let whole = plan(&format!("{email}CREATE TABLE notes (id integer NOT NULL);\n"));
    let whole = of(&whole, "plan-head");
    assert!(whole.same, "{whole:#?}");
    let part = plan(email);
    let part = of(&part, "plan-head");
    assert_eq!((part.same, part.differences), (false, 1), "{part:#?}");
    assert_eq!(part.parts[0].name, "notes");
    // What was not understood could have done anything: it doesn't get there either.
    let unread =
        plan(&format!("{email}CREATE TABLE notes (id integer NOT NULL);\nFROBNICATE users;\n"));
    assert!(!of(&unread, "plan-head").same);
}

#[test]
fn dev_and_prod_are_compared_by_what_both_list() {
    let more = USERS.replace("nick text", "nick text NOT NULL");
    let dumps =
        found(vec![as_role(Role::Dev, "dev.sql", &more), as_role(Role::Prod, "prod.sql", USERS)]);
    let dumps = of(&dumps, "prod-dev");
    assert_eq!(dumps.differences, 1);
    assert_eq!(dumps.parts[0].lines[0].was.as_deref(), Some("column nick nullable: NULL"));
    let same =
        found(vec![as_role(Role::Dev, "dev.sql", USERS), as_role(Role::Prod, "prod.sql", USERS)]);
    assert!(of(&same, "prod-dev").same);
    assert_eq!(found(chain()), []);
}

#[test]
fn markdown_shows_what_differs_with_its_revision_and_keeps_text_text() {
    let mut inputs = chain();
    inputs[1].bytes = STEP_TWO.replace("notes", "no|tes <b>").into_bytes();
    inputs.push(as_role(Role::Prod, "prod.sql", USERS));
    let (ending, text) =
        retort::renderers::export("markdown", &report(inputs), &retort::rule_cards()).unwrap();
    assert_eq!(ending, "md");
    let section = text.split("\n### ").find(|part| part.starts_with("Schemas\n")).expect(&text);
    let lines: Vec<&str> = section.lines().filter(|line| line.starts_with("- ")).collect();
    assert_eq!(
        lines,
        [
            "- Prod and the chain's head: 2 things differ.",
            "- \\+ table `no❘tes <b>` \\(b2, app/versions/b2\\_two.py:9\\)",
            "- \\+ table `users`: `column email: text` \\(b2, app/versions/b2\\_two.py:8\\)",
        ]
    );
}

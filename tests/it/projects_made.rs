//! A project of any length, written as its people would have: what links and exports are measured on.

use retort::wire::Input;

const TABLES: [&str; 40] = [
    "accounts",
    "addresses",
    "api_keys",
    "attachments",
    "audit_events",
    "carts",
    "categories",
    "comments",
    "contracts",
    "coupons",
    "customers",
    "deliveries",
    "devices",
    "discounts",
    "documents",
    "exports",
    "feature_flags",
    "imports",
    "invitations",
    "invoices",
    "ledger_entries",
    "line_items",
    "locations",
    "memberships",
    "messages",
    "notifications",
    "orders",
    "organizations",
    "payments",
    "permissions",
    "plans",
    "products",
    "refunds",
    "reports",
    "sessions",
    "shipments",
    "subscriptions",
    "suppliers",
    "teams",
    "webhooks",
];
const COLUMNS: [&str; 30] = [
    "archived_at",
    "billing_email",
    "currency",
    "deleted_at",
    "description",
    "discount_cents",
    "due_on",
    "external_id",
    "first_name",
    "is_default",
    "language",
    "last_seen_at",
    "metadata",
    "notes",
    "owner_id",
    "phone_number",
    "position",
    "priority",
    "quantity",
    "reference",
    "retry_count",
    "score",
    "settings",
    "slug",
    "status",
    "tax_rate",
    "time_zone",
    "total_cents",
    "tracking_code",
    "verified_at",
];

/// Numbers from a seed.
pub struct Seeded(u64);

impl Seeded {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn number(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 32)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.number() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// The shape of one revision: its message, and the bodies of both functions.
struct Step {
    message: String,
    up: String,
    down: String,
}

/// Tables so far, with the columns that were added to each.
type Tables = Vec<(&'static str, Vec<&'static str>)>;

/// Of `revisions`, about `risky` do what Retort speaks of; the others only make tables and add columns.
pub fn project(revisions: usize, risky: usize) -> Vec<Input> {
    let mut seeded = Seeded::new(revisions as u64);
    let mut tables: Tables = Vec::new();
    let mut inputs = vec![Input::new("alembic.ini", "[alembic]\nscript_location = migrations\n")];
    inputs.push(Input::new("migrations/env.py", ENV));
    let (mut before, mut day) = (None, 0);
    for at in 0..revisions {
        let is_risky = tables.len() > 2 && seeded.below(revisions) < risky;
        let step = match is_risky {
            true => risk(&tables, &mut seeded),
            false => growth(&mut tables, &mut seeded, at),
        };
        day += 1 + seeded.below(9);
        let id = format!("{:012x}", seeded.number() >> 16);
        let slug = step.message.to_lowercase().replace(' ', "_");
        let slug = match slug.len() > 40 {
            true => format!("{}_", &slug[..slug[..40].rfind('_').unwrap_or(40)]),
            false => slug,
        };
        let text = revision(&id, before.as_deref(), day, &step);
        inputs.push(Input::new(format!("migrations/versions/{id}_{slug}.py"), text));
        before = Some(id);
    }
    inputs
}

const ENV: &str = "from alembic import context\n\ncontext.configure(dialect_name=\"postgresql\")\n\
                   with context.begin_transaction():\n    context.run_migrations()\n";

fn revision(id: &str, before: Option<&str>, day: usize, step: &Step) -> String {
    let (year, month, of_month) = (2021 + day / 336, 1 + day / 28 % 12, 1 + day % 28);
    let (revises, down) = before
        .map_or((String::new(), "None".to_owned()), |id| (id.to_owned(), format!("\"{id}\"")));
    format!(
        "\"\"\"{}\n\nRevision ID: {id}\nRevises: {revises}\nCreate Date: {year}-{month:02}-{of_month:02} 09:12:44.170000\n\n\"\"\"\n\
         from alembic import op\nimport sqlalchemy as sa\n\nrevision = \"{id}\"\ndown_revision = {down}\n\
         branch_labels = None\ndepends_on = None\n\n\ndef upgrade():\n{}\n\n\ndef downgrade():\n{}\n",
        step.message, step.up, step.down
    )
}

fn growth(tables: &mut Tables, seeded: &mut Seeded, at: usize) -> Step {
    let free: Vec<&'static str> =
        TABLES.into_iter().filter(|name| tables.iter().all(|(known, _)| known != name)).collect();
    if !free.is_empty() && (tables.len() < 3 || at.is_multiple_of(2)) {
        let table = free[seeded.below(free.len())];
        tables.push((table, Vec::new()));
        return Step {
            message: format!("Create {table} table"),
            up: format!(
                "    op.create_table(\n        \"{table}\",\n        sa.Column(\"id\", sa.BigInteger(), primary_key=True),\n        \
                 sa.Column(\"created_at\", sa.DateTime(timezone=True), nullable=False),\n    )"
            ),
            down: format!("    op.drop_table(\"{table}\")"),
        };
    }
    let which = seeded.below(tables.len());
    let (table, columns) = &mut tables[which];
    let column = COLUMNS[seeded.below(COLUMNS.len())];
    let name: &'static str = match columns.contains(&column) {
        true => Box::leak(format!("{column}_{}", columns.len()).into_boxed_str()),
        false => column,
    };
    columns.push(name);
    Step {
        message: format!("Add {name} to {table}"),
        up: format!(
            "    op.add_column(\"{table}\", sa.Column(\"{name}\", sa.Text(), nullable=True))"
        ),
        down: format!("    op.drop_column(\"{table}\", \"{name}\")"),
    }
}

fn risk(tables: &Tables, seeded: &mut Seeded) -> Step {
    let (table, columns) = &tables[seeded.below(tables.len())];
    let column = columns.last().copied().unwrap_or("created_at");
    let step = |message: String, up: String, down: String| Step { message, up, down };
    match seeded.below(5) {
        0 => step(
            format!("Index {table} by {column}"),
            format!(
                "    op.create_index(\"ix_{table}_{column}_{}\", \"{table}\", [\"{column}\"])",
                columns.len()
            ),
            format!(
                "    op.drop_index(\"ix_{table}_{column}_{}\", table_name=\"{table}\")",
                columns.len()
            ),
        ),
        1 => step(
            format!("Make {column} of {table} required"),
            format!(
                "    op.alter_column(\"{table}\", \"{column}\", existing_type=sa.Text(), nullable=False)"
            ),
            format!(
                "    op.alter_column(\"{table}\", \"{column}\", existing_type=sa.Text(), nullable=True)"
            ),
        ),
        2 => step(
            format!("Each {column} of {table} once"),
            format!(
                "    op.create_unique_constraint(\"uq_{table}_{column}_{}\", \"{table}\", [\"{column}\"])",
                seeded.below(999)
            ),
            "    pass".to_owned(),
        ),
        3 => step(
            format!("Shorten {column} of {table}"),
            format!(
                "    op.alter_column(\"{table}\", \"{column}\", existing_type=sa.Text(), type_=sa.String(length=40))"
            ),
            format!(
                "    op.alter_column(\"{table}\", \"{column}\", existing_type=sa.String(length=40), type_=sa.Text())"
            ),
        ),
        _ => step(
            format!("Rows of {table} without {column}"),
            format!("    op.execute(\"UPDATE {table} SET {column} = NULL\")"),
            "    pass".to_owned(),
        ),
    }
}

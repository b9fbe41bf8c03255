//! Tests only: reports of a plausible shape and any size.

use super::*;

const NOUNS: [&str; 16] = [
    "accounts",
    "orders",
    "invoices",
    "users",
    "teams",
    "payments",
    "sessions",
    "audit_log",
    "products",
    "shipments",
    "refunds",
    "api_keys",
    "webhooks",
    "coupons",
    "carts",
    "reviews",
];
const COLUMNS: [&str; 8] =
    ["email", "status", "total_cents", "created_at", "owner_id", "note", "locale", "archived"];

/// A seeded sequence, so that a failure can be repeated.
#[derive(Debug)]
pub struct Seeded(pub u64);

impl Seeded {
    /// Returns the next number.
    pub fn number(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 32)
    }

    /// Returns one of the items.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.number()).unwrap() % items.len()]
    }

    /// Returns hexadecimal digits, as Alembic's revision ids are.
    pub fn hex(&mut self, digits: usize) -> String {
        format!("{:016x}", self.number())[..digits].to_owned()
    }
}

/// Returns a chain with a branch and a merge somewhere, as `alembic revision` would have made it.
pub fn chain(revisions: usize, seeded: &mut Seeded) -> ChainView {
    let ids: Vec<String> = (0..revisions).map(|_| seeded.hex(12)).collect();
    let mut rows = Vec::new();
    for (ix, id) in ids.iter().enumerate() {
        let table = seeded.pick(&NOUNS);
        let column = seeded.pick(&COLUMNS);
        let message = match ix % 3 {
            0 => format!("create {table}"),
            1 => format!("add {column} to {table}"),
            _ => format!("index {table} on {column}"),
        };
        let down = match ix {
            0 => Vec::new(),
            8 => vec![ids[6].clone()],
            9 => vec![ids[7].clone(), ids[8].clone()],
            _ => vec![ids[ix - 1].clone()],
        };
        let created = if ix % 3 == 0 { vec![table.to_owned()] } else { Vec::new() };
        rows.push(ChainRevision {
            file: format!("app/migrations/versions/{id}_{}.py", message.replace(' ', "_")),
            id: id.clone(),
            down,
            depends_on: Vec::new(),
            labels: Vec::new(),
            message: Some(message),
            create_date: Some(format!(
                "2026-{:02}-{:02} {:02}:{:02}:{:02}.{:06}",
                1 + ix / 28 % 12,
                1 + ix % 28,
                seeded.number() % 24,
                seeded.number() % 60,
                seeded.number() % 60,
                seeded.number() % 1_000_000
            )),
            line: 13,
            is_head: ix + 1 == revisions,
            is_base: ix == 0,
            is_branch_point: ix == 6,
            is_merge_point: ix == 9,
            changes: Changes { created, ..Changes::default() },
            downgrade: None,
        });
    }
    let head = ids.last().cloned().into_iter().collect();
    let base = ids.first().cloned().into_iter().collect();
    rows.sort_by(|a, b| a.file.cmp(&b.file));
    ChainView {
        root: "app/migrations".to_owned(),
        revisions: rows,
        heads: head,
        bases: base,
        order: ids,
        problems: Vec::new(),
        ignored: Vec::new(),
        notes: Vec::new(),
        resembles: Vec::new(),
        changed: Vec::new(),
        from_output: false,
    }
}

/// Returns a finding with a source excerpt, evidence and a remedy.
pub fn finding(rule: (&str, Severity), chain: &ChainView, seeded: &mut Seeded) -> FindingRow {
    let table = seeded.pick(&NOUNS);
    let column = seeded.pick(&COLUMNS);
    let at = usize::try_from(seeded.number()).unwrap() % chain.revisions.len();
    let revision = &chain.revisions[at];
    let line = 20 + usize::try_from(seeded.number() % 30).unwrap();
    let source = format!("    op.drop_column(\"{table}\", \"{column}\")");
    FindingRow {
        id: seeded.hex(16),
        rule: rule.0.to_owned(),
        cause: None,
        severity: rule.1,
        certainty: Certainty::Certain,
        pending: true,
        title: format!("Changes `{table}.{column}` while prod is using it"),
        file: revision.file.clone(),
        line,
        column: 5,
        end_line: line,
        excerpt: Some(source.trim().to_owned()),
        context: Some(Excerpt {
            first_line: line - 1,
            lines: vec!["def upgrade() -> None:".to_owned(), source, String::new()],
            of_lines: 60,
        }),
        revision: Some(revision.id.clone()),
        objects: vec![ObjectRef {
            kind: ObjectKind::Column,
            schema: Some("public".to_owned()),
            table: Some(table.to_owned()),
            name: Some(column.to_owned()),
        }],
        evidence: vec![Evidence {
            text: format!("`{table}` exists in prod since this revision"),
            file: Some(chain.revisions[0].file.clone()),
            line: 21,
            revision: Some(chain.revisions[0].id.clone()),
            object: None,
            objects: vec![],
        }],
        remedy: Remedy {
            summary: "Split it into two releases, and ship the code change first.".to_owned(),
            steps: vec![
                RemedyStep {
                    text: format!("Stop using `{column}` in the code and deploy."),
                    code: None,
                    language: None,
                },
                RemedyStep {
                    text: "Then change it in a later revision, with a lock timeout.".to_owned(),
                    code: Some("SET lock_timeout = '5s';".to_owned()),
                    language: Some(Language::Sql),
                },
            ],
            patches: Vec::new(),
        },
        suppressed: None,
    }
}

/// Returns a report with so many revisions and findings.
pub fn report(revisions: usize, findings: usize) -> Report {
    let mut seeded = Seeded(42);
    let chain = chain(revisions, &mut seeded);
    let rules = [
        ("drop-column", Severity::Danger),
        ("drop-table", Severity::Blocker),
        ("index-not-concurrent", Severity::Warning),
        ("set-not-null", Severity::Warning),
        ("change-column-type", Severity::Danger),
        ("irreversible-downgrade", Severity::Notice),
    ];
    let rows: Vec<FindingRow> =
        (0..findings).map(|ix| finding(rules[ix % rules.len()], &chain, &mut seeded)).collect();
    let mut report = Report::withheld(Status::Fail);
    report.verdict.headline = "Don't ship this yet".to_owned();
    report.verdict.reason = "Prod still uses `accounts.email`, which this drops.".to_owned();
    report.verdict.because = rows.iter().take(3).map(|row| row.id.clone()).collect();
    report.verdict.next_steps = vec![NextStep {
        title: "Upgrade prod to the revision dev is at".to_owned(),
        command: Some(format!("alembic upgrade {}", chain.heads.join(" "))),
        files: vec!["app/migrations".to_owned()],
    }];
    report.inputs = vec![InputRow {
        name: "prod.md".to_owned(),
        path: "prod.md".to_owned(),
        kind: Kind::AuditSummary,
        certainty: Sureness::Certain,
        why: "a table count and a version row under audit headings".to_owned(),
        role: Some(Role::Prod),
        role_source: Some(RoleSource::Title),
        bytes: 2_311,
        understood: Understood { statements: 41, of: 41 },
        notes: Vec::new(),
        unreadable: false,
    }];
    report.audits.prod = Some(AuditSide {
        input: "prod.md".to_owned(),
        database: Some("shop".to_owned()),
        revisions: vec![chain.order[revisions / 2].clone()],
        version_state: VersionState::Stamped,
        tables: Some(NOUNS.len()),
        table_names: NOUNS.iter().map(|name| (*name).to_owned()).collect(),
    });
    report.schemas.head = Some(SchemaSummary {
        revisions: chain.heads.clone(),
        tables: NOUNS.len(),
        missing_from_head: Some(Vec::new()),
        extra_to_head: None,
        complete: true,
        ..SchemaSummary::default()
    });
    report.chains = vec![chain];
    report.findings = rows;
    report.settings = vec![SettingRow {
        key: "severity.drop-table".to_owned(),
        value: "warning".to_owned(),
        file: Some("retort.toml".to_owned()),
        line: 3,
    }];
    report.not_evaluated = vec![NotEvaluated {
        rule: "audit-mismatch".to_owned(),
        why: "no audit of dev in the input".to_owned(),
    }];
    report.stats =
        Stats { revisions, statements: revisions * 3, understood: revisions * 3, rules: 60 };
    report
}

fn naming() -> schema::NamingView {
    let pattern = ("pk".to_owned(), Some("pk_%(table_name)s".to_owned()));
    schema::NamingView {
        convention: Some([pattern].into()),
        why: "the metadata has it".to_owned(),
        file: Some("app/models.py".to_owned()),
        line: 7,
    }
}

/// A schema with one of everything.
pub fn schema() -> schema::SchemaView {
    use schema::*;
    let text = |text: &str| Some(text.to_owned());
    let names = |name: &str| vec![name.to_owned()];
    let owner = OwnerView {
        schema: "public".to_owned(),
        table: "accounts".to_owned(),
        column: "id".to_owned(),
    };
    let sequence = SequenceView {
        schema: "public".to_owned(),
        name: "accounts_id_seq".to_owned(),
        owner: Some(owner),
        origin: None,
    };
    SchemaView {
        naming: Some(naming()),
        dialect_why: "you said so".to_owned(),
        version: VERSION,
        dialect: "postgresql".to_owned(),
        at: names("ae10"),
        tables: vec![schema_table()],
        enums: vec![EnumView {
            schema: "archive".to_owned(),
            name: "mood".to_owned(),
            values: names("calm"),
            origin: None,
        }],
        views: vec![NamedView { schema: "public".to_owned(), name: "v".to_owned(), origin: None }],
        sequences: vec![sequence],
        extensions: names("citext"),
        undecided: vec![UndecidedView {
            revision: text("ae10"),
            file: text("versions/ae10.py"),
            line: 12,
            what: "op.execute with a computed string".to_owned(),
            affects: names("accounts"),
        }],
        statements: vec![],
        script: None,
        understood: Understood { statements: 8, of: 9 },
    }
}

fn schema_table() -> schema::TableView {
    use schema::*;
    let text = |text: &str| Some(text.to_owned());
    let names = |name: &str| vec![name.to_owned()];
    let origin = |line| {
        let (revision, file) = ("ae10".to_owned(), "versions/ae10.py".to_owned());
        Some(OriginView { revision, file, line })
    };
    let column = ColumnView {
        name: "id".to_owned(),
        data_type: text("integer"),
        default: text("nextval('accounts_id_seq'::regclass)"),
        comment: text("what it is"),
        origin: origin(12),
        ..ColumnView::default()
    };
    let index = IndexView {
        name: text("ix_accounts_id"),
        columns: names("id"),
        method: "btree".to_owned(),
        ..IndexView::default()
    };
    TableView {
        schema: "public".to_owned(),
        name: "accounts".to_owned(),
        columns: vec![column],
        primary_key: Some(KeyView {
            name: text("accounts_pkey"),
            columns: names("id"),
            origin: origin(9),
        }),
        uniques: vec![KeyView {
            name: text("accounts_id_key"),
            columns: names("id"),
            ..KeyView::default()
        }],
        checks: vec![CheckView {
            name: text("positive"),
            expression: "id > 0".to_owned(),
            origin: None,
        }],
        foreign_keys: vec![ForeignKeyView {
            name: text("accounts_id_fkey"),
            columns: names("id"),
            ref_schema: "archive".to_owned(),
            ref_table: "owners".to_owned(),
            ref_columns: names("id"),
            on_delete: text("CASCADE"),
            on_update: None,
            origin: None,
        }],
        indexes: vec![index],
        open: false,
        origin: origin(9),
    }
}

/// A comparison with one of everything.
pub fn diff() -> diff::DiffView {
    use diff::*;
    let text = |text: &str| Some(text.to_owned());
    let object = |kind, name: Option<&str>| ObjectRef {
        kind,
        schema: None,
        table: text("accounts"),
        name: name.map(str::to_owned),
    };
    let end = |name: &str| EndView {
        name: name.to_owned(),
        what: "revisions".to_owned(),
        at: vec!["ae10".to_owned()],
        tables: 3,
    };
    let row = |kind, before: Option<&str>, after: Option<&str>| DifferenceView {
        object: object(ObjectKind::Column, Some("nick")),
        kind,
        aspect: None,
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        certain: false,
        causes: vec![CauseView {
            revision: "ae10".to_owned(),
            file: text("versions/ae10.py"),
            line: 3,
            what: "adds column `accounts.nick`".to_owned(),
        }],
        dependents: vec![object(ObjectKind::Index, Some("ix_nick"))],
    };
    let way = way();
    DiffView {
        version: VERSION,
        dialect: "postgresql".to_owned(),
        from: end("a"),
        to: end("b"),
        same: false,
        counts: DiffCounts { added: 1, removed: 1, changed: 1, undecided: 1, ..Default::default() },
        differences: vec![
            row(DifferenceKind::Added, None, Some("text")),
            row(DifferenceKind::Removed, Some("text"), None),
            row(DifferenceKind::Changed, Some("text"), Some("integer")),
        ],
        renames: vec![RenameView {
            object: object(ObjectKind::Table, None),
            from: "account".to_owned(),
            likelihood: "likely".to_owned(),
            reason: "2 of 2 columns have the same name and type".to_owned(),
        }],
        undecided: vec![UndecidedDifference {
            side: text("to"),
            what: "SQL that nobody has read".to_owned(),
            revision: text("ae10"),
            file: text("versions/ae10.py"),
            line: 4,
            affects: vec!["*".to_owned()],
        }],
        way: way.clone(),
        back: way,
        revision: RevisionHead {
            id: "0a1b2c3d4e5f".to_owned(),
            down: vec!["ae10".to_owned()],
            message: "adds column accounts.nick".to_owned(),
            imports: vec!["from sqlalchemy.dialects import postgresql".to_owned()],
        },
    }
}

fn way() -> diff::WayView {
    use diff::*;
    let text = |text: &str| Some(text.to_owned());
    let step = WayStep {
        summary: "adds column `accounts.nick`".to_owned(),
        sql: vec!["ALTER TABLE accounts ADD COLUMN nick text".to_owned()],
        python: vec!["op.add_column('accounts', sa.Column('nick', sa.Text()))".to_owned()],
        loses: text("nothing much"),
        note: text("look first"),
    };
    WayView {
        steps: vec![step.clone()],
        left_out: vec![step],
        missing: vec!["view `v`".to_owned()],
    }
}

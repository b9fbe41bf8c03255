//! What a deploy file runs, and what is wrong with that: authentic shapes, and small ones of our own with
//! their near misses.

use retort::wire::{Input, Report, Severity, Status};

use crate::inputs::{report, sample};

/// A review of files that are written here.
fn review(files: &[(&str, &str)]) -> Report {
    report(files.iter().map(|(name, text)| Input::new(*name, text.as_bytes().to_vec())).collect())
}

const REVISION: (&str, &str) = (
    "versions/9c10ab5512ef_start.py",
    "from alembic import op\nimport sqlalchemy as sa\n\nrevision = '9c10ab5512ef'\ndown_revision = None\n\n\ndef upgrade():\n    op.create_table('person', sa.Column('id', sa.Integer(), primary_key=True))\n\n\ndef downgrade():\n    op.drop_table('person')\n",
);

/// Rules and causes that a deploy file raises, besides those of the revision.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let report = review(files);
    report
        .findings
        .iter()
        .filter(|finding| !finding.file.starts_with("versions/"))
        .map(|finding| match &finding.cause {
            Some(cause) => format!("{}/{cause}", finding.rule),
            None => finding.rule.clone(),
        })
        .collect()
}

#[track_caller]
fn with_chain(name: &str, text: &str, expected: &[&str]) {
    assert_eq!(found(&[REVISION, (name, text)]), expected, "{name}:\n{text}");
}

#[test]
fn every_bad_sample_says_what_its_name_says() {
    let expected = [
        ("Procfile", "migration-not-run"),
        ("start-swallows-failure.sh", "migration-failure-ignored"),
        ("start-swallows-failure.sh", "create-all-in-program"),
        ("render.yaml", "migration-at-build"),
        ("deploy.yml", "migration-not-run"),
        ("start-no-migration.sh", "migration-not-run"),
        ("start-flag-never-exported.sh", "migration-switch"),
        ("railway.json", "migration-not-run"),
        ("Dockerfile-migrates-at-build", "migration-at-build"),
        ("post-merge.sh", "schema-push"),
        ("vercel.json", "migration-at-build"),
        ("dot-replit-push-in-build", "schema-push"),
        ("database-guard-defaults-to-dev.py", "create-all-in-program"),
        ("package.json", "schema-push"),
        ("flask_app.py", "create-all-in-program"),
        ("database.py", "create-all-in-program"),
        ("fly.toml", "migration-not-run"),
        ("dot-replit-placebo-switch", "migration-switch"),
        ("deploy-migrates-after-release.yml", "migration-after-start"),
        ("deploy-migrates-after-release.yml", "migration-failure-ignored"),
    ];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/deploy/bad");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    for name in names {
        let known = expected.iter().any(|(file, _)| name == std::ffi::OsStr::new(*file));
        assert!(known, "{} has no expectation", name.display());
    }
    for (file, rule) in expected {
        let report = report(vec![sample(&format!("deploy/bad/{file}"))]);
        let rules: Vec<_> = report.findings.iter().map(|finding| &finding.rule).collect();
        assert!(rules.iter().any(|found| *found == rule), "{file}: {rules:?}");
        assert_ne!(report.verdict.status, Status::Pass, "{file}");
    }
}

#[test]
fn every_good_sample_is_silent() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/deploy/good");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let one = sample(&format!("deploy/good/{name}"));
        let report = report(vec![one.clone()]);
        // `.replit` starts a script that is another file.
        let told = report
            .findings
            .iter()
            .filter(|finding| finding.cause.as_deref() != Some("not-followed"));
        let told: Vec<_> = told.map(|finding| (&finding.rule, &finding.title)).collect();
        assert!(told.is_empty(), "{name}: {told:?}");
        all.push(one);
    }
    let report = report(all);
    let told: Vec<_> =
        report.findings.iter().map(|finding| (&finding.rule, &finding.title)).collect();
    assert!(told.is_empty(), "all together: {told:?}");
}

#[test]
fn what_a_failure_stops() {
    let goes_on = ["migration-failure-ignored"];
    for (script, expected) in [
        ("alembic upgrade head\nexec gunicorn app", &goes_on[..]),
        ("set -e\nalembic upgrade head\nexec gunicorn app", &[]),
        ("set -euo pipefail\nalembic upgrade head | tee log\nexec gunicorn app", &[]),
        ("set -e\nalembic upgrade head | tee log\nexec gunicorn app", &goes_on),
        ("set -e\nalembic upgrade head && echo done\nexec gunicorn app", &goes_on),
        ("alembic upgrade head && exec gunicorn app", &[]),
        ("alembic upgrade head; exec gunicorn app", &goes_on),
        ("set -e\nalembic upgrade head || true\nexec gunicorn app", &goes_on),
        ("alembic upgrade head || { echo failed; exit 1; }\nexec gunicorn app", &[]),
        ("alembic upgrade head || { echo failed; }\nexec gunicorn app", &goes_on),
        ("if ! alembic upgrade head; then\n  exit 1\nfi\nexec gunicorn app", &[]),
        ("if ! alembic upgrade head; then\n  echo failed\nfi\nexec gunicorn app", &goes_on),
        ("if alembic upgrade head; then exec gunicorn app; fi", &[]),
        ("until alembic upgrade head; do sleep 1; done\nexec gunicorn app", &[]),
        ("set -e\nset +e\nalembic upgrade head\nexec gunicorn app", &goes_on),
        ("set -e\nmigrate() {\n  alembic upgrade head\n}\nmigrate\nexec gunicorn app", &[]),
        ("migrate() {\n  alembic upgrade head\n}\nmigrate\nexec gunicorn app", &goes_on),
        ("set -e\nalembic upgrade head &\nexec gunicorn app", &goes_on),
        (
            "set -e\npoetry run alembic -c conf/alembic.ini upgrade head\nexec poetry run gunicorn app",
            &[],
        ),
        (
            "set -e\necho '# alembic upgrade head'\nalembic upgrade head # now\nexec gunicorn app",
            &[],
        ),
    ] {
        with_chain("start.sh", &format!("#!/bin/bash\n{script}\n"), expected);
    }
}

#[test]
fn what_never_ran_is_no_migration() {
    for script in [
        "# alembic upgrade head\nexec gunicorn app",
        "echo alembic upgrade head\nexec gunicorn app",
        "cat <<'END'\nalembic upgrade head\nEND\nexec gunicorn app",
        "migrate() { alembic upgrade head; }\nexec gunicorn app",
        "alembic current\nexec gunicorn app",
    ] {
        with_chain("start.sh", &format!("#!/bin/sh\nset -e\n{script}\n"), &["migration-not-run"]);
    }
}

#[test]
fn files_are_followed_into_each_other() {
    let docker = (
        "Dockerfile",
        "FROM python:3.12\nCOPY . .\nENTRYPOINT [\"./docker/entrypoint.sh\"]\nCMD [\"gunicorn\", \"app\"]\n",
    );
    let entry = |body: &'static str| ("docker/entrypoint.sh", body);
    let good = entry("#!/bin/sh\nset -e\nmake migrate\nexec \"$@\"\n");
    let make = ("Makefile", "migrate:\n\t@alembic upgrade head\n");
    assert_eq!(found(&[REVISION, docker, good, make]), [""; 0]);
    let loose = entry("#!/bin/sh\nmake migrate\nexec \"$@\"\n");
    assert_eq!(found(&[REVISION, docker, loose, make]), ["migration-failure-ignored"]);
    let none = entry("#!/bin/sh\nset -e\nexec \"$@\"\n");
    assert_eq!(found(&[REVISION, docker, none, make]), ["migration-not-run"]);
    // Without the script nobody knows, and it says so.
    let report = review(&[REVISION, docker]);
    let told = report.findings.iter().find(|finding| finding.rule == "migration-not-run").unwrap();
    assert_eq!(told.cause.as_deref(), Some("not-followed"));
    assert_eq!(told.severity, Severity::Warning);
    assert!(told.title.contains("entrypoint.sh"), "{}", told.title);
}

#[test]
fn switches_are_followed_where_they_are_set() {
    let start = "#!/bin/sh\nset -e\nif [ \"${DISABLE_AUTO_MIGRATIONS:-false}\" = \"true\" ]; then\n  echo off\nelse\n  alembic upgrade head\nfi\nexec gunicorn app\n";
    with_chain("start.sh", start, &[]);
    let replit = |value: &str| {
        format!(
            "run = \"sh start.sh\"\n\n[deployment]\nrun = [\"sh\", \"start.sh\"]\n\n[env]\nDISABLE_AUTO_MIGRATIONS = \"{value}\"\n"
        )
    };
    let all = |value: &str| found(&[REVISION, ("start.sh", start), (".replit", &replit(value))]);
    assert_eq!(all("false"), [""; 0]);
    // `True` is not `true`: the step runs, and that is told.
    assert_eq!(all("True"), ["migration-switch/other-word"]);
    let off = all("true");
    for told in ["migration-not-run", "migration-switch/only-step", "migration-switch/publish"] {
        assert!(off.iter().any(|found| found == told), "{told}: {off:?}");
    }
}

#[test]
fn a_pipeline_is_read_in_the_order_of_its_needs() {
    let workflow = |steps: &str| format!("name: Deploy\non: push\njobs:\n{steps}");
    let migrate =
        "  migrate:\n    runs-on: ubuntu-latest\n    steps:\n      - run: alembic upgrade head\n";
    let release = |needs: &str| {
        format!(
            "  release:\n    runs-on: ubuntu-latest\n{needs}    steps:\n      - uses: example/deploy-action@v2\n"
        )
    };
    let path = ".github/workflows/deploy.yml";
    let good = workflow(&format!("{}{migrate}", release("    needs: [migrate]\n")));
    with_chain(path, &good, &[]);
    let late = workflow(&format!(
        "{}{}",
        release(""),
        migrate.replace("    runs-on", "    needs: release\n    runs-on")
    ));
    with_chain(path, &late, &["migration-after-start"]);
    let step = "  all:\n    steps:\n      - run: |\n          alembic upgrade head\n          alembic current\n        continue-on-error: true\n      - name: Go\n        run: flyctl deploy\n";
    with_chain(path, &workflow(step), &["migration-failure-ignored"]);
    let quiet = "  all:\n    steps:\n      - run: pip install .\n      - run: pytest\n";
    with_chain(path, &workflow(quiet), &[]);
}

#[test]
fn services_wait_for_the_one_that_migrates() {
    let compose = |waits: &str| {
        format!(
            "services:\n  migrate:\n    image: shop\n    command: alembic upgrade head\n  web:\n    image: shop\n    command: gunicorn app\n{waits}"
        )
    };
    let waits = "    depends_on:\n      migrate: { condition: service_completed_successfully }\n";
    with_chain("docker-compose.yml", &compose(waits), &[]);
    with_chain(
        "docker-compose.yml",
        &compose("    depends_on: [migrate]\n"),
        &["migration-after-start/not-waited"],
    );
    let again = compose(waits).replace(
        "    command: alembic upgrade head\n",
        "    command: alembic upgrade head\n    restart: always\n",
    );
    with_chain("docker-compose.yml", &again, &["migration-failure-ignored/restarts"]);
}

#[test]
fn what_yaml_can_hold_that_is_not_followed_is_said() {
    let text = "name: Deploy\non: push\njobs:\n  deploy: &all\n    steps:\n      - uses: example/deploy-action@v2\n";
    let report = review(&[(".github/workflows/deploy.yml", text)]);
    let input = report.inputs.first().unwrap();
    assert!(input.understood.statements < input.understood.of, "{:?}", input.understood);
}

#[test]
fn the_program_may_own_the_migration() {
    let main = "from alembic import command\nfrom alembic.config import Config\n\n\ndef migrate():\n    command.upgrade(Config('alembic.ini'), 'head')\n";
    let start = "#!/bin/sh\nset -e\nexec uvicorn app.main:app\n";
    assert_eq!(found(&[REVISION, ("app/main.py", main), ("start.sh", start)]), [""; 0]);
    let both = "#!/bin/sh\nset -e\nalembic upgrade head\nexec uvicorn app.main:app\n";
    assert_eq!(
        found(&[REVISION, ("app/main.py", main), ("start.sh", both)]),
        ["migration-run-twice/program"]
    );
}

#[test]
fn tables_made_past_the_chain_weigh_by_where_that_is() {
    let call = |name: &str| {
        format!(
            "from .models import Base\n\n\ndef {name}(engine):\n    Base.metadata.create_all(engine)\n"
        )
    };
    let weight = |path: &str, text: &str| {
        let report = review(&[REVISION, (path, text)]);
        let own = report.findings.iter().find(|one| one.rule == "create-all-in-program");
        own.map(|one| one.severity)
    };
    assert_eq!(weight("app/db.py", &call("init_db")), Some(Severity::Danger));
    assert_eq!(weight("app/db.py", &call("reset")), Some(Severity::Warning));
    assert_eq!(weight("tests/conftest.py", &call("init_db")), None);
    assert_eq!(weight("app/db.py", "Base.metadata.create_all(engine)\n"), Some(Severity::Danger));
}

#[test]
fn an_expected_head_is_compared_with_the_folders() {
    let second = (
        "versions/b2.py",
        "revision = 'b2b2b2b2b2b2'\ndown_revision = '9c10ab5512ef'\n\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n",
    );
    let health = ("app/health.py", "EXPECTED_HEAD = '9c10ab5512ef'\n");
    assert_eq!(found(&[REVISION, health]), ["typed-head"]);
    assert_eq!(found(&[REVISION, second, health]), ["typed-head/stale"]);
    // A program may ask for a revision that is not the newest.
    let asks = ("app/health.py", "if revision == '9c10ab5512ef':\n    pass\n");
    assert_eq!(found(&[REVISION, second, asks]), [""; 0]);
    let env = (
        "Dockerfile",
        "FROM python:3.12\nENV EXPECTED_HEAD=9c10ab5512ef\nCMD alembic upgrade head && gunicorn app\n",
    );
    assert_eq!(found(&[REVISION, second, env]), ["typed-head/stale"]);
}

#[test]
fn hostile_deploy_files_end() {
    let script = format!(
        "#!/bin/sh\n{}",
        "alembic upgrade head\nif x; then gunicorn app; fi\n".repeat(20_000)
    );
    let jobs: String = (0..20_000)
        .map(|ix| {
            format!(
                "  j{ix}:\n    needs: [j{}]\n    steps:\n      - run: alembic upgrade head\n",
                ix + 1
            )
        })
        .collect();
    let report = review(&[
        ("start.sh", &script),
        (".github/workflows/x.yml", &format!("on: push\njobs:\n{jobs}")),
    ]);
    assert_ne!(report.verdict.status, Status::Pass);
}

#[test]
fn a_health_check_that_never_asks_for_the_revision_is_told() {
    let route =
        |how: &str| format!("app = Flask(__name__)\n\n{how}\ndef check():\n    return 'ok'\n");
    let own = ["health-without-revision"];
    for how in ["@app.route('/health')", "@router.get('/api/v1/readyz')", "@api.get('/ready')"] {
        with_chain("app/main.py", &route(how), &own);
    }
    let urls = "urlpatterns = [path('healthcheck/', check)]\n";
    with_chain("app/urls.py", urls, &own);
    with_chain("tests/test_main.py", &route("@app.route('/health')"), &[]);
    with_chain("app/main.py", &route("@app.get('/healthy-recipes')"), &[]);
    // A query of the version table does, wherever it is.
    let asks =
        "def agree(db):\n    return db.execute(text('SELECT version_num FROM alembic_version'))\n";
    let main = route("@app.route('/health')");
    assert_eq!(found(&[REVISION, ("app/main.py", &main), ("app/db.py", asks)]), [""; 0]);
    assert_eq!(found(&[("app/main.py", &main)]), [""; 0], "nothing says that there are revisions");
    // Where the deploy is there, a program without any such route is told, too.
    let start = "#!/bin/sh\nset -e\nalembic upgrade head\nexec gunicorn app.main:app\n";
    let bare = route("@app.get('/')");
    assert_eq!(found(&[REVISION, ("app/main.py", &bare), ("start.sh", start)]), own);
    with_chain("app/main.py", &bare, &[]);
}

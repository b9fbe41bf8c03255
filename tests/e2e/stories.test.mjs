// Situations that the deploy guard knows, each built from a few files in a zip, and the near miss of each: what the
// page lists of them. The same situations are asked of the command in tests/it (history, deploys, gates).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertClean, launch, serveUnder, tab, watch } from "./harness.mjs";
import { zip } from "./zip.mjs";

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await serveUnder("/");
});
after(async () => {
  await browser.close();
  await server.close();
});

const CUSTOMERS = 'op.create_table("customers", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("email", sa.Text()))';
const quoted = (ids) => (ids.length === 1 ? `"${ids[0]}"` : `(${ids.map((id) => `"${id}"`).join(", ")})`);
const revision = (id, down, body) =>
  `"""step"""\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = "${id}"\ndown_revision = ${down.length ? quoted(down) : "None"}\n\n\ndef upgrade():\n    ${body}\n\n\ndef downgrade():\n    raise NotImplementedError\n`;
const dump = (tables) => `-- PostgreSQL database dump\n\n${tables}\n-- PostgreSQL database dump complete\n`;
const stamped = (id) =>
  `CREATE TABLE public.alembic_version (version_num character varying(32) NOT NULL);\nCOPY public.alembic_version (version_num) FROM stdin;\n${id}\n\\.\n`;
const TABLE = "CREATE TABLE public.customers (id integer NOT NULL, email text);\nALTER TABLE ONLY public.customers ADD CONSTRAINT customers_pkey PRIMARY KEY (id);\n";
/** A diff of one file that is there before and after. */
const diff = (path, old, now) => {
  const of = (text, sign) => text.trimEnd().split("\n").map((line) => `${sign}${line}`).join("\n");
  const count = (text) => text.trimEnd().split("\n").length;
  return `diff --git a/${path} b/${path}\nindex 1111111..2222222 100644\n--- a/${path}\n+++ b/${path}\n@@ -1,${count(old)} +1,${count(now)} @@\n${of(old, "-")}\n${of(now, "+")}\n`;
};
const a1 = revision("a1", [], CUSTOMERS);
const base = { "app/versions/a1_customers.py": a1 };
const audit = (name) => readFileSync(new URL(`../samples/audit/${name}`, import.meta.url), "utf8");
const collected = (instance) =>
  `-- Retort audit of PostgreSQL\n-- format: 1\n-- database: shop\n-- server: 15.4\n-- instance: 2024-05-01T07:00:00.123456/${instance}\nCREATE TABLE public.orders (id integer);\n-- Retort audit complete\n`;
const later = (id, body) => ({ [`app/versions/${id}.py`]: revision(id, ["a1"], body) });
const b1 = later("b1", 'op.add_column("customers", sa.Column("phone", sa.Text()))');
const b2 = later("b2", 'op.add_column("customers", sa.Column("city", sa.Text()))');
const merge = (body) => ({ "app/versions/c1.py": revision("c1", ["b1", "b2"], body) });

// [situation, rule, files, files of the near miss]
const STORIES = [
  [
    "a released revision is edited",
    "alembic-applied-revision-changed",
    { "change.diff": diff("app/versions/a1.py", a1, a1.replace("sa.Integer()", "sa.BigInteger()")) },
    { "change.diff": diff("app/versions/a1.py", a1, a1.replace('"""step"""', '"""the first step"""')) },
  ],
  ["the base is lost", "alembic-missing-parent", b1, { ...base, ...b1 }],
  ["there are two heads", "alembic-multiple-heads", { ...base, ...b1, ...b2 }, { ...base, ...b1, ...b2, ...merge("pass") }],
  [
    "a merge does more than merge",
    "alembic-merge-does-more",
    { ...base, ...b1, ...b2, ...merge('op.create_table("orders")') },
    { ...base, ...b1, ...b2, ...merge("pass") },
  ],
  ["production was never stamped", "alembic-version-rows", { ...base, "prod.sql": dump(TABLE) }, { ...base, "prod.sql": dump(TABLE + stamped("a1")) }],
  [
    "two services claim one table",
    "alembic-chains-overlap",
    { "shop/versions/a1.py": a1, "mail/versions/z1.py": revision("z1", [], CUSTOMERS) },
    { "shop/versions/a1.py": a1, "mail/versions/z1.py": revision("z1", [], 'op.create_table("letters", sa.Column("id", sa.Integer()))') },
  ],
  ["nothing runs the migrations", "migration-not-run", { ...base, Procfile: "web: gunicorn shop\n" }, { ...base, Procfile: "release: alembic upgrade head\nweb: gunicorn shop\n" }],
  [
    "a switch is set and not exported",
    "migration-switch",
    { ...base, "start.sh": "#!/bin/bash\nDISABLE_AUTO_MIGRATIONS=true\nalembic upgrade head\nexec gunicorn shop\n" },
    { ...base, "start.sh": "#!/bin/bash\nset -e\nexport DISABLE_AUTO_MIGRATIONS=true\nalembic upgrade head\nexec gunicorn shop\n" },
  ],
  [
    "the program makes tables itself",
    "create-all-in-program",
    { ...base, "app/main.py": "from app.db import Base, engine\nBase.metadata.create_all(engine)\n" },
    { ...base, "tests/conftest.py": "from app.db import Base, engine\nBase.metadata.create_all(engine)\n" },
  ],
  ["a compiled revision lies among the others", "compiled-revision", { ...base, "app/versions/b1.pyc": "compiled" }, { ...base, "app/cache/b1.pyc": "compiled" }],
  ["a script takes counts for schemas", "script-conclusion", { "console.txt": audit("console-same-version.txt") }, { "console.txt": audit("console-behind.txt") }],
  [
    "both audits are of one database",
    "audits-of-one-database",
    { "dev-audit.sql": collected("16384"), "prod-audit.sql": collected("16384") },
    { "dev-audit.sql": collected("16384"), "prod-audit.sql": collected("16999") },
  ],
];

/** The rules of the findings that the page lists for these files. */
async function listed(t, files) {
  const { page, record, close } = await watch(browser, { context: { viewport: { width: 1440, height: 2400 } } });
  t.after(close);
  await page.goto(server.address);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByTestId("choose-files").click()]);
  await chooser.setFiles([{ name: "all.zip", mimeType: "application/zip", buffer: zip(files) }]);
  await page.getByTestId("verdict").waitFor();
  await tab(page, "findings");
  await page.getByTestId("panel-findings").waitFor();
  const rules = await page.getByTestId("panel-findings").locator("span.r").allInnerTexts();
  assertClean(record, server.address);
  return new Set(rules);
}

for (const [situation, rule, files, near] of STORIES) {
  test(`${situation}, and what only looks like it`, async (t) => {
    const [told, silent] = [await listed(t, files), await listed(t, near)];
    assert(told.has(rule), `${rule} is not among ${[...told]}`);
    assert(!silent.has(rule), `${rule} is told of the near miss`);
  });
}

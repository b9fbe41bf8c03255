// Turns what trunk made into what is served: trunk's post_build hook, working in trunk's staging folder.
//
//   index.html, boot-*.js, app-*.js, engine-*.js, rest-*.js,                 for any static server and path
//   samples-*.js, app-*.css
//   sw.js, and sw-off.js to take its place and end it                        for use without the server
//   retort.html                                                              the same app as one file
//   SHA256SUMS                                                               of all of them
//
// The page may not fetch, so wasm travels inside scripts as base64 of raw deflate. The policy and the
// integrity hashes are computed here from the final bytes, and checked again from what was written.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import zlib from "node:zlib";
import { shortened } from "./names.mjs";
import { split } from "./split.mjs";

const staging = process.env.TRUNK_STAGING_DIR;
const source = process.env.TRUNK_SOURCE_DIR;
assert(staging && source, "trunk runs this; see Trunk.toml");

const KB = 1000;
const GZIP_MAX = { "page wasm": 150 * KB, "engine wasm": 1300 * KB, "first visit": 1650 * KB };
// What is over its budget and known to be: docs/build.md says why. A debt may only shrink.
const GZIP_DEBT = { "page wasm": 195 * KB, "first visit": 1692 * KB };
const isRelease = process.env.TRUNK_PROFILE === "release";
const RAW_MAX = { styles: 20 * KB, "retort.html": 2800 * KB };

// Functions of the engine that hardly any review calls, by their names. One that is called after all brings in
// the rest, at the price of starting again (docs/build.md).
const RARE = [
  // What the SQL parser refers to and Retort, as far as its tests and the corpus go, never calls: where in the
  // text each part of a statement stands, copies of statements, and statements printed anew. Expressions,
  // types and queries are printed.
  / as sqlparser::ast::spans::Spanned>|^<sqlparser::ast::.* as core::clone::Clone>/,
  /^<sqlparser::(keywords::Keyword|ast::(Statement|ddl::\w+|dml::\w+|dcl::\w+|trigger::\w+|table_constraints::\w+|GrantObjects|CreateTableOptions)) as core::fmt::Display>/,
  // SQL that no migration of PostgreSQL, MySQL or SQLite has: MERGE, PIVOT, samples of tables, SHOW, lambdas.
  /^<?sqlparser::parser::(merge::|Parser::parse_(unpivot|pivot|repetition|pattern|table_sample|lambda|struct|show|top|json_path|json_table|open_json|unquoted_hyphen))/,
  // Archives.
  /^<?(zip|tar|flate2|miniz_oxide)::|^retort::engine::containers::(zip|tar_gz)::/,
  // A chain whose base is lost: its draft is written by the next.
  /^<?retort::engine::lost::/,
  // What is written when somebody asks for it: the way from one schema to another, and files to keep.
  /^<?retort::engine::writers::(?!parts)/,
  /^retort::renderers::(sarif|html|markdown|mermaid|svg|dot|json)::/,
  // Inputs of few words, or of one maker.
  /^retort::engine::(patch::(?!read::looks_like_one|unfold)|history::)/,
  /^retort::engine::formats::(alembic_output::(session|moves|check|failure)|catalog_rows::(read|describe::finish)|schema_json::read)/,
];

// What gzip puts around deflated bytes.
const GZIP_FRAME = 18;

// Of public/, what every visit needs.
const SERVED_AS_IT_IS = ["icon.svg", "icon-maskable.svg", "retort.webmanifest"];

// Where the documentation is, for the page to link.
const HELP = `\n    <link rel="help" href="docs/">`;

// RETORT_SHARE=off leaves links out of the page: reports can still be saved, and links that come still open.
const SHARES = process.env.RETORT_SHARE !== "off";

const staged = (name) => path.join(staging, name);
const hash = (algorithm, bytes) => `${algorithm}-${createHash(algorithm).update(bytes).digest("base64")}`;
// A release is packed as tightly as deflate can be: 5 % tighter than zlib packs, and a hundred times slower.
const npm = createRequire(path.join(source, "tests/e2e/package.json"));
const zopfli = npm("@gfx/zopfli");
// As many blocks as pay: the usual fifteen are for small files.
const TIGHTLY = { numiterations: 9, blocksplittingmax: 0 };
const deflated = async (bytes) =>
  isRelease ? Buffer.from(await zopfli.deflateAsync(bytes, TIGHTLY)) : zlib.deflateRawSync(bytes, { level: 9 });
// Names at the top stay: scripts call each other by them.
const minified = async (text) => (await npm("terser").minify(text, { compress: { passes: 2 } })).code;
const boot = (name) => readFileSync(path.join(source, "src/web/boot", name), "utf8");

/** Reads a file of trunk's and removes it from what will be served. */
function take(name) {
  const bytes = readFileSync(staged(name));
  rmSync(staged(name));
  return bytes;
}

/** Puts text where a template has a mark. Replacement text is taken as it is, `$` and all. */
function fill(template, mark, text) {
  assert.equal(template.split(mark).length, 2, `exactly one ${mark}`);
  return template.replace(mark, () => text);
}

/** Gives each name a short one, in the order in which they come. */
function shortName() {
  const given = new Map();
  return (name) => {
    if (!given.has(name)) given.set(name, `--${given.size.toString(36)}`);
    return given.get(name);
  };
}

/** Tokens first, because everything else uses them; then by name. Comments and blanks stay behind. */
function styles() {
  const folder = path.join(source, "style");
  const names = readdirSync(folder).filter((name) => name.endsWith(".css") && name !== "tokens.css").sort();
  return ["tokens.css", ...names]
    .map((name) => readFileSync(path.join(folder, name), "utf8"))
    .join("\n")
    .replace(/\/\*[^]*?\*\//g, "")
    // Nothing in style/ has a text in which blanks matter.
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,>]) ?/g, "$1")
    .replace(/: /g, ":")
    .replace(/@media \(/g, "@media(")
    .replace(/ \+ (?=[.kt])/g, "+")
    .replace(/;}/g, "}")
    // Names of properties are for whoever reads style/; nothing else refers to them.
    .replace(/--[a-z][a-z0-9-]*/g, shortName())
    .trim();
}

/** The sample inputs as JSON, by path. No text in it can end the script element it may stand in. */
function samples() {
  const folder = staged("samples");
  if (!existsSync(folder)) return "{}";
  const files = readdirSync(folder, { recursive: true }).filter((name) => statSync(path.join(folder, name)).isFile());
  const texts = files.sort().map((name) => [name.replaceAll(path.sep, "/"), readFileSync(path.join(folder, name), "utf8")]);
  rmSync(folder, { recursive: true });
  return JSON.stringify(Object.fromEntries(texts)).replaceAll("<", "\\u003c");
}

function policy(sources) {
  return Object.entries({ "default-src": "'none'", ...sources, "connect-src": "'none'", "form-action": "'none'", "base-uri": "'none'" })
    .map(([name, values]) => `${name} ${values}`)
    .join("; ");
}
const policyTag = (text) => `<meta http-equiv="Content-Security-Policy" content="${text}">`;

/** Writes a file named after its content, and returns what a tag needs to say about it. */
function writeHashed(stem, extension, text) {
  const name = `${stem}-${createHash("sha256").update(text).digest("hex").slice(0, 16)}.${extension}`;
  writeFileSync(staged(name), text);
  return { name, integrity: hash("sha384", text) };
}

function writeHosted(parts) {
  const css = writeHashed("app", "css", parts.css);
  const early = writeHashed("boot", "js", parts.boot);
  const engine = writeHashed("engine", "js", `${parts.engine}\n__retort.engineWasm = "${parts.engineWasm}";\n`);
  const rest = writeHashed("rest", "js", `__retort.engineRest = "${parts.engineRest}";\n`);
  const sampled = writeHashed("samples", "js", `__retort.samples = ${JSON.stringify(parts.samples)};\n`);
  const tag = ({ name, integrity }) => ({ src: name, integrity });
  const scripts = JSON.stringify({ engineWasm: tag(engine), engineRest: tag(rest), samples: tag(sampled) });
  const single = JSON.stringify({ name: "retort.html", sha256: parts.singleHash });
  const app = writeHashed(
    "app",
    "js",
    `window.__retort = { pageWasm: "${parts.pageWasm}", scripts: ${scripts}, single: ${single} };\n${parts.page}`,
  );
  const sources = {
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "manifest-src": "'self'",
    "worker-src": "'self' blob:",
  };
  const head = [
    policyTag(policy(sources)),
    `<link rel="stylesheet" href="${css.name}" integrity="${css.integrity}">`,
    // Ahead of the other, though it runs after it: behind a policy browsers look for nothing beyond a script that
    // they wait for.
    `<script src="${app.name}" integrity="${app.integrity}" defer></script>`,
    `<script src="${early.name}" integrity="${early.integrity}"></script>`,
  ];
  const served = readFileSync(path.join(source, "docs/hosting/nginx.conf"), "utf8");
  assert(served.includes(`"${policy(sources)}; frame-ancestors 'none'"`), "docs/hosting/nginx.conf has the page's policy");
  let html = fill(parts.html, "<!-- pack: policy, styles and scripts -->", head.join("\n    "));
  // The page links the documentation where scripts/build puts it beside it.
  if (process.env.RETORT_DOCS !== "1") html = fill(html, HELP, "");
  writeFileSync(staged("index.html"), html);
  for (const { name, integrity } of [css, early, engine, rest, sampled, app]) {
    assert.equal(hash("sha384", readFileSync(staged(name))), integrity, `${name} is what its integrity says`);
  }
  const kept = ["index.html", css.name, early.name, app.name, engine.name, rest.name, sampled.name, ...SERVED_AS_IT_IS];
  writeKeeper("sw.js", kept);
  writeKeeper("sw-off.js", []);
  return [...kept, "sw.js"];
}

/** Writes the worker that keeps these files for use without the server; of none, the one that ends it. */
function writeKeeper(name, kept) {
  const files = Object.fromEntries(kept.map((path) => [path, hash("sha384", readFileSync(staged(path)))]));
  const version = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
  writeFileSync(staged(name), fill(boot("sw.js"), "/* files */", JSON.stringify({ version, files }, null, 1)));
}

/** Lists what is served with its hashes, in the form that `sha256sum --check` reads. */
function writeSums() {
  const names = readdirSync(staging, { recursive: true }).filter((name) => statSync(staged(name)).isFile());
  const line = (name) => `${createHash("sha256").update(readFileSync(staged(name))).digest("hex")}  ${name}\n`;
  writeFileSync(staged("SHA256SUMS"), names.sort().map(line).join(""));
}

function writeSingle(parts) {
  const data = (id, text) => `<script type="text/plain" id="${id}">${text}</script>`;
  const block = (id) => `document.getElementById("${id}").textContent`;
  const main =
    `window.__retort = { pageWasm: ${block("page-wasm")}, engineWasm: ${block("engine-wasm")}, ` +
    `engineRest: ${block("engine-rest")}, samples: ${block("samples")} };\n` +
    `${parts.engine}\n${parts.page}`;
  for (const script of [parts.boot, main]) assert(!/<\/script|<!--/i.test(script), "a script that can stand inline");
  const sources = {
    "script-src": `'${hash("sha256", parts.boot)}' '${hash("sha256", main)}' 'wasm-unsafe-eval'`,
    "style-src": `'${hash("sha256", parts.css)}'`,
    "img-src": "data:",
    "worker-src": "blob:",
  };
  const head = [policyTag(policy(sources)), `<style>${parts.css}</style>`, `<script>${parts.boot}</script>`];
  const tail = [
    data("page-wasm", parts.pageWasm),
    data("engine-wasm", parts.engineWasm),
    data("engine-rest", parts.engineRest),
    data("samples", parts.samples),
    `<script>${main}</script>`,
  ];
  const icon = `data:image/svg+xml;base64,${readFileSync(staged("icon.svg")).toString("base64")}`;
  let html = fill(parts.html, "<!-- pack: policy, styles and scripts -->", head.join("\n    "));
  html = fill(html, `href="icon.svg"`, `href="${icon}"`);
  html = fill(html, `\n    <link rel="manifest" href="retort.webmanifest">`, "");
  html = fill(html, HELP, "");
  html = fill(html, "</body>", `${tail.join("\n    ")}\n  </body>`);
  writeFileSync(staged("retort.html"), html);
  checkSingle(readFileSync(staged("retort.html"), "utf8"));
  return createHash("sha256").update(html).digest("hex");
}

/** Reads the single file as a browser would: every inline script and style must be in the policy. */
function checkSingle(html) {
  const [, allowed] = html.match(/Content-Security-Policy" content="([^"]*)"/);
  const inline = [...html.matchAll(/<(script|style)>([^]*?)<\/\1>/g)];
  assert.equal(inline.length, 3);
  for (const [, , text] of inline) assert(allowed.includes(hash("sha256", text)), "the policy knows every inline block");
}

/** Prints what everything weighs, and returns what is over its budget. */
function weigh(files) {
  const over = [];
  const debts = [];
  const sums = { raw: 0, gzip: 0, brotli: 0 };
  const show = (name, raw, gzip, brotli) => {
    const [kind, is, most] = name in RAW_MAX ? ["raw", raw, RAW_MAX[name]] : ["gzip", gzip, GZIP_MAX[name]];
    const budget = most ? `${kind} ≤ ${most / KB} kB` : "";
    const owed = kind === "gzip" ? GZIP_DEBT[name] : undefined;
    const words = `${name}: ${kind} ${(is / KB).toFixed(1)} kB, budget ${most / KB} kB`;
    if (most && is > most && owed && is <= owed) debts.push(`${words}, known debt ${owed / KB} kB`);
    else if (most && is > most) over.push(words);
    const cells = [raw, gzip, brotli].map((bytes) => (bytes / KB).toFixed(1).padStart(9));
    console.log(`${name.padEnd(12)}${cells.join("")}  ${budget}`);
  };
  const measure = (bytes) => ({
    raw: bytes.length,
    gzip: zlib.gzipSync(bytes, { level: 9 }).length,
    brotli: zlib.brotliCompressSync(bytes).length,
  });
  console.log(`${"kB".padEnd(12)}${["raw", "gzip", "brotli"].map((word) => word.padStart(9)).join("")}  budget`);
  for (const [name, bytes, isServed, deflate] of files) {
    const { raw, gzip: zipped, brotli } = measure(bytes);
    const gzip = deflate ? deflate.length + GZIP_FRAME : zipped;
    if (isServed) for (const [kind, size] of Object.entries({ raw, gzip, brotli })) sums[kind] += size;
    show(name, raw, gzip, brotli);
  }
  show("first visit", sums.raw, sums.gzip, sums.brotli);
  for (const debt of debts) console.log(`Over its budget, as known: ${debt}`);
  return over;
}

const { module: pageWasm, text: pageGlue } = shortened(take("retort-app_bg.wasm"), take("retort-app.js").toString());
const { module: wholeEngine, text: engineGlue } = shortened(take("retort-worker_bg.wasm"), take("retort-worker.js").toString());
const { main: engineWasm, rest: engineRest, full } = split(wholeEngine, (name) => RARE.some((it) => it.test(name)));
const whole = new Function(`${boot("unpack.js")}\nreturn retortWhole;`)();
assert(full.equals(Buffer.from(await whole(engineWasm, engineRest))), "the page can put the engine together again");
const packed = { page: await deflated(pageWasm), engine: await deflated(engineWasm), rest: await deflated(engineRest) };
const parts = {
  // Trunk leaves its own instructions for the app in the page when it may not inject scripts.
  html: readFileSync(staged("index.html"), "utf8")
    .replace(/\s*<link data-trunk[^>]*>/g, "")
    .replace("<html", SHARES ? "<html" : "<html data-no-share"),
  css: styles(),
  boot: await minified(boot("boot.js")),
  page: await minified([boot("unpack.js"), boot("worker.js"), boot("hands.js"), boot("lock.js"), boot("memory.js"), boot("offline.js"), pageGlue, boot("page.js")].join("\n")),
  engine: await minified(fill(boot("engine.js"), "/* glue */", engineGlue)),
  samples: samples(),
  pageWasm: packed.page.toString("base64"),
  engineWasm: packed.engine.toString("base64"),
  engineRest: packed.rest.toString("base64"),
};
parts.singleHash = writeSingle(parts);
const visited = writeHosted(parts);
writeSums();

const over = weigh([
  ["page wasm", pageWasm, false, packed.page],
  ["engine wasm", engineWasm, false, packed.engine],
  ["its rest", engineRest, false, packed.rest],
  ["styles", Buffer.from(parts.css)],
  ["retort.html", readFileSync(staged("retort.html"))],
  ...visited.map((name) => [name.replace(/-[0-9a-f]{16}/, ""), readFileSync(staged(name)), true]),
]);
// Only a release is held to the budgets: quick builds are built to be built quickly.
if (over.length && isRelease) {
  console.error(`Over budget:\n  ${over.join("\n  ")}`);
  process.exit(1);
}

// An engine for tests of the page alone: it speaks the protocol of src/wire/protocol.rs and answers what the
// test wants. Only tests know it; nothing of it is shipped.
import { readFileSync } from "node:fs";

/** A report with a little of everything; the native tests read the same file. */
export const fixture = () => JSON.parse(readFileSync(new URL("../fixtures/report.json", import.meta.url), "utf8"));

// What the engine says of that report, by address; a native test writes it (src/renderers/views/tests.rs).
const VIEWS = JSON.parse(readFileSync(new URL("../fixtures/views.json", import.meta.url), "utf8"));

/** What the fake says of places that only a made-up report has: a finding its title, a revision its id. */
function made(at, report) {
  const [key, value = ""] = at.replace(/^\/?[a-z]*\?/, "").split("=");
  const id = decodeURIComponent(value);
  const finding = report.findings.find((one) => key === "f" && one.id === id);
  const title = finding ? finding.title.replaceAll("`", "") : id;
  return [{ is: "title", text: title }, { is: "section", kids: [{ is: "heading", text: "Findings" }, { is: "dim", text: "Nothing was found in it." }] }];
}

/**
 * Returns a script that puts the fake in a worker's place. `mode` is what it does when asked to review:
 * "answer", "work" (says how far it is and never ends), "crash", or "refuse".
 */
export const fakeEngine = ({ report = fixture(), mode = "answer", fragment = "r1.f.d.5.abcdefghijk.v.abcdeE" } = {}) => `
(() => {
  const report = ${JSON.stringify(report)};
  const views = ${JSON.stringify(VIEWS)};
  const made = ${made};
  window.__engine = { mode: ${JSON.stringify(mode)}, started: 0, asked: [] };
  window.Worker = class {
    constructor() { window.__engine.started += 1; }
    say(ticket, body) {
      setTimeout(() => this.gone || this.onmessage({ data: { json: JSON.stringify({ ticket, body }) } }), 0);
    }
    terminate() { this.gone = true; }
    postMessage({ json, buffers }) {
      if (!json) return this.say(0, { ready: { engine: "0.1.0", rules: 132 } });
      const { ticket, body } = JSON.parse(json);
      const sizes = buffers.map((bytes) => bytes.length);
      window.__engine.asked.push({ body, sizes });
      // A report that is handed back wants no answer.
      if (body.report) return;
      if (body.view?.at.startsWith("/share?")) {
        const link = new URLSearchParams(body.view.at.slice(7)).get("base") + "#" + ${JSON.stringify(fragment)};
        return this.say(ticket, { view: [{ is: "copy_first", text: "Copy link", to: link }, { is: "field", text: "Show the link", to: link }] });
      }
      if (body.view) {
        const known = views[body.view.at] ?? views[decodeURIComponent(body.view.at)] ?? views[body.view.at.replace(/[?&]+q=$/, "")];
        const at = Object.keys(views).find((one) => one.startsWith("/schema?at="));
        if (body.view.at.startsWith("/schema?at=") && !known) return this.say(ticket, { view: views[at] });
        const other = body.view.at.startsWith("/schema?") ? views["/schema"] : made(body.view.at, report);
        return this.say(ticket, { view: known ?? other });
      }
      const total = Math.max(body.analyze.inputs.length, 5000);
      const progress = (done) => this.say(ticket, { progress: { phase: "Reading", done, total, name: "versions/8c1f0a2e_backfill.py" } });
      switch (window.__engine.mode) {
        case "work": return progress(1204);
        case "crash":
          progress(3);
          return setTimeout(() => this.onmessage({ data: { panic: "panicked at src/engine/x.rs: index out of bounds" } }), 5);
        case "refuse": return this.say(ticket, { refused: { why: "Nothing in it could be read." } });
        default: return this.say(ticket, { report: structuredClone(report) });
      }
    }
  };
})();
`;

/** The fixture with a chain of this many revisions, some of them on side branches. */
export function longChain(count, lanes = 1) {
  const report = fixture();
  const id = (n) => (0xa0000000 + n * 7919).toString(16).padStart(12, "0");
  const revisions = [];
  const tips = [];
  for (let n = 0; n < count; n += 1) {
    const lane = n % lanes;
    const down = tips[lane] ?? (n ? id(0) : null);
    tips[lane] = id(n);
    revisions.push({
      id: id(n), down: down ? [down] : [], depends_on: [], labels: n === 3 ? ["billing"] : [],
      message: `Step ${n}: ${["add a column", "backfill", "drop an index", "new table"][n % 4]}`,
      create_date: "2026-01-05", file: `migrations/versions/${id(n)}_step.py`, line: 12,
      is_head: false, is_base: !down, is_branch_point: n === 0 && lanes > 1, is_merge_point: false,
      changes: { created: n % 4 === 3 ? [`t${n}`] : [], dropped: [], renamed: [], undecided: 0 },
    });
  }
  const parents = new Set(revisions.flatMap((revision) => revision.down));
  for (const revision of revisions) revision.is_head = !parents.has(revision.id);
  const chain = report.chains[0];
  Object.assign(chain, {
    revisions,
    heads: revisions.filter((revision) => revision.is_head).map((revision) => revision.id),
    bases: [id(0)],
    order: revisions.map((revision) => revision.id),
    problems: [],
    resembles: [],
  });
  report.audits.dev.revisions = [chain.heads[0]];
  report.inputs = revisions.map((revision) => ({
    name: revision.file, path: revision.file, kind: "alembic-revision", certainty: "certain",
    why: "`revision` on line 12", bytes: 900, understood: { statements: 3, of: 3 },
  }));
  report.stats.revisions = count;
  return report;
}

/** The fixture with this many findings. */
export function manyFindings(count) {
  const report = fixture();
  const [first] = report.findings;
  report.findings = Array.from({ length: count }, (_, n) => ({
    ...first, id: `f${n}`, line: n + 1, severity: ["blocker", "danger", "warning", "notice"][Math.floor((n * 4) / count)],
    title: `Finding ${n} about \`t${n}\``,
  }));
  report.verdict.because = ["f0"];
  return report;
}

/** The fixture with names that try to be something else. */
export function hostile() {
  const report = fixture();
  const markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  const long = "a_very_long_name_".repeat(60);
  const bidi = "safe\u202etxt.exe\u0000\u200b";
  report.verdict.headline = `Don’t approve ${markup}`;
  report.verdict.reason = `\`${markup}\` and \`${long}\` and ${bidi} 🙂 עברית`;
  report.inputs[0].name = markup;
  report.inputs[1].name = long;
  report.inputs[2].name = bidi;
  report.findings[0].title = `The plan drops \`${markup}\`, \`${long}\` and \`${bidi}\``;
  report.findings[0].evidence[0].text = markup;
  report.findings[0].context.lines[2] = `DROP TABLE "${markup}"; ${long}`;
  report.findings[1].title = `مرحبا \`جدول\` 漢字 🙂`;
  report.findings[1].file = `${long}/${markup}.sql`;
  report.chains[0].revisions[7].message = markup;
  report.chains[0].revisions[6].message = long;
  report.chains[0].revisions[5].labels = [bidi, long];
  report.plans[0].statements[0].text = markup + long;
  report.plans[0].statements[0].summary = markup;
  return report;
}

// Pictures of every main state, light and dark, wide and narrow, into out/: for people to look at.
//
//   node screenshots.mjs [part of a name]
import { mkdirSync } from "node:fs";
import { fakeEngine, fixture, hostile, longChain, manyFindings } from "./fake_engine.mjs";
import { launch, serveUnder, watch } from "./harness.mjs";

const out = new URL("./out/", import.meta.url);
mkdirSync(out, { recursive: true });
const only = process.argv[2] ?? "";

const pass = () => {
  const report = fixture();
  Object.assign(report.verdict, {
    status: "pass", diagnosis: "OK", headline: "This plan can be approved", because: [], next_steps: [],
    reason: "Dev and prod are at `c41e9a7b20dd` with the same 8 tables, and the plan changes nothing.",
  });
  Object.assign(report, { findings: [], not_evaluated: [], plans: [] });
  return report;
};
const unknown = () => {
  const report = fixture();
  Object.assign(report.verdict, {
    status: "unknown", diagnosis: null, headline: "Can’t tell",
    reason: "1 of 47 statements couldn’t be read, so this isn’t a pass.",
  });
  return report;
};
const warn = () => {
  const report = fixture();
  Object.assign(report.verdict, { status: "warn", diagnosis: "MISMATCH", headline: "Review before shipping" });
  report.findings = report.findings.slice(2);
  return report;
};

const review = async (page) => {
  await page.getByTestId("paste").fill("SELECT 1;");
  await page.getByTestId("review").click();
  await page.getByTestId("verdict").waitFor();
};
const tab = (name) => async (page) => {
  await review(page);
  await page.getByTestId(`tab-${name}`).click();
};
const detail = (name, row) => async (page) => {
  await tab(name)(page);
  await page.getByTestId(row).first().click();
};

const STATES = {
  empty: [{}, async () => {}],
  findings: [{}, review],
  "findings-detail": [{}, detail("findings", "finding")],
  why: [{}, async (page) => { await review(page); await page.getByTestId("why").click(); }],
  chain: [{}, tab("chain")],
  "chain-detail": [{}, detail("chain", "revision")],
  "revision": [{}, async (page) => { await detail("chain", "revision")(page); await page.getByTestId("schema").scrollIntoViewIfNeeded(); await page.getByTestId("part").first().locator("summary").click(); await page.getByTestId("part").last().scrollIntoViewIfNeeded(); }],
  "chain-5000": [{ report: longChain(5000) }, tab("chain")],
  "chain-12-lanes": [{ report: longChain(200, 12) }, tab("chain")],
  plan: [{}, tab("plan")],
  "plan-detail": [{}, detail("plan", "statement")],
  inputs: [{}, tab("inputs")],
  "inputs-1000": [{ report: longChain(1000) }, tab("inputs")],
  "input-detail": [{}, async (page) => { await tab("inputs")(page); await page.getByTestId("input").first().locator(".name").click(); }],
  "findings-2000": [{ report: manyFindings(2000) }, review],
  filtered: [{}, async (page) => { await review(page); await page.getByTestId("filter").fill("nothing like it"); await page.getByTestId("nothing-matches").waitFor(); }],
  hostile: [{ report: hostile() }, review],
  "hostile-chain": [{ report: hostile() }, tab("chain")],
  "hostile-inputs": [{ report: hostile() }, tab("inputs")],
  pass: [{ report: pass() }, review],
  unknown: [{ report: unknown() }, review],
  warn: [{ report: warn() }, review],
  share: [{}, async (page) => { await review(page); await page.getByTestId("share").click(); await page.getByTestId("link-length").waitFor(); }],
  keys: [{}, async (page) => { await review(page); await page.keyboard.press("?"); await page.getByTestId("dialog").waitFor(); }],
  add: [{}, async (page) => { await review(page); await page.getByTestId("add-input").click(); }],
  privacy: [{}, async (page) => { await page.getByTestId("privacy").click(); }],
  progress: [{ mode: "work" }, async (page) => { await page.getByTestId("paste").fill("x"); await page.getByTestId("review").click(); await page.getByTestId("progress").waitFor(); }],
  crash: [{ mode: "crash" }, async (page) => { await page.getByTestId("paste").fill("x"); await page.getByTestId("review").click(); await page.getByTestId("crash").waitFor(); }],
  cancelled: [{}, async (page) => {
    await review(page);
    await page.evaluate(() => (window.__engine.mode = "work"));
    await page.getByTestId("add-input").click();
    await page.getByTestId("paste").fill("x");
    await page.getByTestId("review").click();
    await page.getByTestId("cancel").click();
    await page.getByTestId("notice").waitFor();
  }],
  "link-error": [{ hash: "#r1.f.d.9z.abcdefghijk.v.abc" }, async (page) => { await page.getByTestId("link-error").waitFor(); }],
};

const browser = await launch();
const server = await serveUnder("/");
for (const [name, [engine, act]] of Object.entries(STATES).filter(([name]) => name.includes(only))) {
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    for (const colorScheme of ["light", "dark"]) {
      const { page, record, close } = await watch(browser, {
        before: fakeEngine(engine),
        context: { viewport: { width, height }, colorScheme },
      });
      page.setDefaultTimeout(8000);
      await page.goto(server.address + (engine.hash ?? ""));
      await page.waitForSelector("html[data-ready]", { state: "attached" });
      try {
        await act(page);
      } catch (error) {
        console.error(`${name} ${width} ${colorScheme}: ${error.message.split("\n")[0]}`);
      }
      await page.screenshot({ path: new URL(`${name}-${width}-${colorScheme}.png`, out).pathname });
      for (const error of [...record.errors, ...record.violations]) console.error(`${name} ${width}: ${error}`);
      await close();
    }
  }
}
await server.close();
await browser.close();

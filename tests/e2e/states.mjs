// Every main state of the page, for pictures and for axe.
import { fakeEngine, fixture, hostile, longChain, manyFindings } from "./fake_engine.mjs";
import { tab as openTab, watch } from "./harness.mjs";

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

/** Names in scripts that run from right to left, and words around them that don't. */
const rtl = () => {
  const report = fixture();
  report.verdict.reason = "התוכנית מוחקת את `הזמנות` עם 1,812 שורות, ו־CASCADE מגיע גם אל `حسابات`.";
  report.findings[0].title = "התוכנית מוחקת את `הזמנות`, 1,812 שורות";
  report.findings[1].title = "الخطة تحذف `حسابات` و CASCADE";
  report.inputs[0].name = "ביקורת/פרודקשן.txt";
  report.chains[0].revisions.forEach((one, n) => (one.message = n % 2 ? `הוספת טבלה ${n}` : `إضافة جدول ${n}`));
  return report;
};

const review = async (page) => {
  await page.getByTestId("paste").fill("SELECT 1;");
  await page.getByTestId("review").click();
  await page.getByTestId("verdict").waitFor();
};
const tab = (name) => async (page) => {
  await review(page);
  await openTab(page, name);
};
const detail = (name, row) => async (page) => {
  await tab(name)(page);
  await page.getByTestId(row).first().click();
};

/** A sample as the engine that is shipped reviews it, and then a place in it. */
const sample = (name, go = async () => {}) => [
  null,
  async (page) => {
    await page.getByTestId(`sample-${name}`).click();
    await page.getByTestId("verdict").waitFor({ timeout: 60_000 });
    await go(page);
  },
];

/** Each state: what the engine does, and how a person gets there. */
export const STATES = {
  empty: [{}, async () => {}],
  findings: [{}, review],
  "findings-detail": [{}, detail("findings", "finding")],
  why: [{}, async (page) => { await review(page); await page.getByTestId("why").click(); }],
  chain: [{}, tab("chain")],
  "chain-detail": [{}, detail("chain", "revision")],
  "findings-by-rule": [{}, async (page) => { await review(page); await page.getByTestId("group").selectOption("rule"); }],
  suppress: [{}, async (page) => {
    await review(page);
    await page.evaluate(() => (location.hash = "#/findings?ignore=f-drop-bookings%7Cr%3Dthe table is empty since March"));
    await page.getByText("[[suppress]]").first().waitFor();
  }],
  "chain-filtered": [{ report: longChain(300) }, async (page) => { await tab("chain")(page); await page.getByTestId("filter").fill("drop an index"); await page.getByTestId("filter").press("Enter"); }],
  "chain-unfolded": [{ report: longChain(5000) }, async (page) => { await tab("chain")(page); await page.getByTestId("fold").click(); }],
  "chain-5000": [{ report: longChain(5000) }, tab("chain")],
  "chain-12-lanes": [{ report: longChain(200, 12) }, async (page) => { await tab("chain")(page); await page.getByTestId("go-to").selectOption("base"); }],
  plan: [{}, tab("plan")],
  "rtl": [{ report: rtl() }, review],
  "rtl-chain": [{ report: rtl() }, tab("chain")],
  "plan-detail": [{}, async (page) => { await tab("plan")(page); await page.getByTestId("go").filter({ hasText: "The plan drops" }).first().click(); }],
  schema: [{}, tab("schema")],
  "schema-at": [{}, async (page) => { await detail("chain", "revision")(page); await page.getByTestId("go").filter({ hasText: "Open schema" }).click(); await page.getByTestId("part").first().locator("summary").click(); }],
  fixes: [{}, tab("fixes")],
  rules: [{}, async (page) => { await review(page); await page.evaluate(() => (location.hash = "#/rules?rule=drop-table")); await page.getByText("Raises it", { exact: true }).waitFor(); }],
  source: [{}, async (page) => { await review(page); await page.evaluate(() => (location.hash = "#/findings?source=plan.txt:9")); await page.getByText("11 lines").waitFor(); }],
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
  share: [{}, async (page) => { await review(page); await page.getByTestId("share").click(); await page.getByTestId("offer").locator("*").first().waitFor(); }],
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
  "real-never-stamped": sample("never-stamped"),
  "real-never-stamped-chain": sample("never-stamped", (page) => openTab(page, "chain")),
  "real-never-stamped-plan": sample("never-stamped", (page) => openTab(page, "plan")),
  "real-never-stamped-schema": sample("never-stamped", (page) => openTab(page, "schema")),
  "real-never-stamped-fixes": sample("never-stamped", (page) => openTab(page, "fixes")),
  "real-never-stamped-inputs": sample("never-stamped", (page) => openTab(page, "inputs")),
  "real-two-heads": sample("two-heads"),
  "real-two-heads-chain": sample("two-heads", (page) => openTab(page, "chain")),
  "real-two-heads-schema": sample("two-heads", (page) => openTab(page, "schema")),
  "real-deleted-revision": sample("deleted-revision"),
  "real-deleted-revision-chain": sample("deleted-revision", (page) => openTab(page, "chain")),
  "real-clean-publish": sample("clean-publish"),
  "real-clean-publish-plan": sample("clean-publish", (page) => openTab(page, "plan")),
  "link-error": [{ hash: "#r1.f.d.9z.abcdefghijk.v.abc" }, async (page) => { await page.getByTestId("link-error").waitFor(); }],
};

/** Opens the page in a state. */
export async function openIn(browser, address, name, { width, height, ...context }) {
  const [engine, act] = STATES[name];
  const opened = await watch(browser, { before: engine && fakeEngine(engine), context: { viewport: { width, height }, ...context } });
  const { page } = opened;
  page.setDefaultTimeout(10_000);
  await page.goto(address + (engine?.hash ?? ""));
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await act(page);
  return opened;
}

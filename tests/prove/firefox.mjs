// The page in Firefox: a sample is reviewed, from a server under a path, from disk, and without the server; a
// link opens elsewhere, locked ones included. Driven by geckodriver (GECKODRIVER, or on PATH) over WebDriver.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { serve } from "../../scripts/static.mjs";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const single = pathToFileURL(path.join(dist, "retort.html")).href;
const port = 4500 + (process.pid % 400);
let driver;
let session;

async function ask(method, at, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${at}`, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
const tell = (at, body) => ask("POST", `/session/${session}/${at}`, body);
const go = (url) => tell("url", { url });
const run = (script, ...args) => tell("execute/sync", { script, args });

/** Waits until `script` returns something. */
async function until(script, ...args) {
  const end = Date.now() + 60_000;
  for (;;) {
    const value = await run(script, ...args);
    if (value) return value;
    if (Date.now() > end) throw new Error(`Not within a minute: ${script} ${args}`);
    await new Promise((done) => setTimeout(done, 200));
  }
}
const there = (selector) => until("return !!document.querySelector(arguments[0])", selector);
const click = async (selector) => {
  await there(selector);
  await run("document.querySelector(arguments[0]).click()", selector);
};
const said = (words) => until("return document.body.innerText.includes(arguments[0])", words);
const type = (selector, text) =>
  run(
    "const field = document.querySelector(arguments[0]); field.value = arguments[1];" +
      "for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }));",
    selector,
    text,
  );

before(async () => {
  driver = spawn(process.env.GECKODRIVER ?? "geckodriver", ["--port", String(port)], { stdio: "ignore" });
  for (let tries = 0; ; tries += 1) {
    try {
      await ask("GET", "/status");
      break;
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  const options = { binary: process.env.FIREFOX, args: ["-headless"] };
  const wanted = { alwaysMatch: { browserName: "firefox", "moz:firefoxOptions": options } };
  const made = await ask("POST", "/session", { capabilities: wanted });
  session = made.sessionId;
  console.log(`# Firefox ${made.capabilities.browserVersion}`);
});
after(async () => {
  if (session) await ask("DELETE", `/session/${session}`);
  driver.kill();
});

/** Reviews a sample with the engine that is shipped, and returns what its link is. */
async function review() {
  await there("html[data-ready]");
  await click("[data-testid=sample-never-stamped]");
  await said("approve this plan");
  assert.equal(await run("return document.documentElement.dataset.engine"), "worker");
  await click("[data-testid=tab-chain]");
  await there("[data-testid=revision]");
  await click("[data-testid=share]");
  await there("[data-testid=offer] textarea, [data-testid=offer] details");
  await run("for (const fold of document.querySelectorAll('[data-testid=offer] details')) fold.open = true");
  return until("return [...document.querySelectorAll('[data-testid=offer] textarea')].map((field) => field.value).find((text) => text.includes('#r1.'))");
}

test("from a server under a path, then without the server, and a link", async () => {
  const server = await serve({ folder: dist, base: "/a/b/" });
  await go(server.address);
  const link = await review();
  assert.match(link, /\/a\/b\/#r1\.f\.m\./);

  await go("about:blank");
  await go(link);
  await said("approve this plan");
  await there("[data-testid=received]");
  assert.equal(await run("return document.documentElement.dataset.engine ?? null"), null);

  await go("about:blank");
  await go(link.slice(0, -100));
  await said("This link is cut off");

  await go(server.address);
  await until("return navigator.serviceWorker.controller || navigator.serviceWorker.ready.then(() => true)");
  await server.close();
  await go("about:blank");
  await go(server.address);
  await there("html[data-ready]");
  await click("[data-testid=sample-clean-publish]");
  await said("This plan can be approved");
});

test("from disk", async () => {
  await go("about:blank");
  await go(single);
  const link = await review();
  assert.ok(link.startsWith(single), link);
  await go("about:blank");
  await go(link);
  await there("[data-testid=received]");
  await said("approve this plan");

  const locked = await run("return __retort.lock(arguments[0], 'correct horse')", link);
  assert.match(locked, /#r1\.f\.e\./);
  await go("about:blank");
  await go(locked);
  await said("This link needs its passphrase");
  await type("[data-testid=passphrase]", "correct house");
  await said("That passphrase doesn't open it");
  await type("[data-testid=passphrase]", "correct horse");
  await there("[data-testid=received]");
});

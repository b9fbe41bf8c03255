// The page behind a real nginx with docs/hosting/nginx.conf: headers, a review, and both without the server.
//
//   node tests/prove/hosting.mjs WORK      needs dist/ (./scripts/build), nginx and the browser of the tests
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { assertClean, dist, engineReady, launch, watch } from "../e2e/harness.mjs";

const PORT = 18_080;
const work = path.resolve(process.argv[2]);
mkdirSync(work, { recursive: true });
const block = readFileSync(new URL("../../docs/hosting/nginx.conf", import.meta.url), "utf8");
const config = path.join(work, "nginx.conf");
const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${work}/${name};`);
writeFileSync(
  config,
  `daemon off;\npid ${work}/pid;\nerror_log ${work}/error.log;\nevents {}\nhttp {\naccess_log off;\n${temporary.join("\n")}\n` +
    `${block.replace("listen 8080", `listen 127.0.0.1:${PORT}`).replace("/usr/share/nginx/html", dist.replace(/\/$/, ""))}}\n`,
);
const nginx = spawn("nginx", ["-c", config, "-e", `${work}/error.log`], { stdio: "inherit" });
const address = `http://127.0.0.1:${PORT}/`;
for (let tries = 0; !(await fetch(address).catch(() => undefined)); tries++) {
  assert(tries < 50 && nginx.exitCode === null, "nginx answers");
  await wait(100);
}

const browser = await launch();
let seen = 0;
try {
  const headers = async (name) => (await fetch(address + name)).headers;
  const served = (await headers("")).get("content-security-policy");
  const html = readFileSync(path.join(dist, "index.html"), "utf8");
  const own = html.match(/Content-Security-Policy" content="([^"]*)"/)[1];
  assert.equal(served, `${own}; frame-ancestors 'none'`, "the header says what the page says");
  assert.equal((await headers("sw.js")).get("content-security-policy"), null);
  assert.match((await headers(html.match(/app-\w+\.js/)[0])).get("cache-control"), /immutable/);
  assert.equal((await headers("retort.webmanifest")).get("content-type"), "application/manifest+json");
  seen += 4;

  const { page, record } = await watch(browser);
  const review = async () => {
    await engineReady(page);
    await page.getByTestId("paste").fill("DROP TABLE accounts;");
    await page.getByTestId("review").click();
    await page.getByTestId("verdict").waitFor();
    seen += 1;
  };
  await page.goto(address);
  await review();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.goto(`${address}retort.html`);
  await review();
  nginx.kill();
  await once(nginx, "exit");
  await page.goto(address);
  await review();
  assertClean(record, address);
} finally {
  await browser.close();
  if (nginx.exitCode === null) nginx.kill();
}
console.log(`nginx: ${seen} of 7 right: 4 headers, 3 reviews (page, single file, page after the server stopped)`);

// The pictures of the README, from the built page, its real engine and the samples it offers.
//
//   node readme_pictures.mjs [folder]      default: docs/images
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { launch, serveUnder, watch } from "./harness.mjs";

const folder = process.argv[2] ?? fileURLToPath(new URL("../../docs/images/", import.meta.url));
mkdirSync(folder, { recursive: true });
const PICTURES = [
  ["verdict-light", "never-stamped", "findings"],
  ["chain-dark", "two-heads", "chain"],
];

const server = await serveUnder("/");
const browser = await launch();
for (const [name, sample, tab] of PICTURES) {
  const context = { colorScheme: name.split("-")[1], viewport: { width: 1440, height: 900 } };
  const { page, close } = await watch(browser, { context });
  await page.goto(server.address);
  await page.getByTestId(`sample-${sample}`).click();
  await page.getByTestId("verdict").waitFor();
  await page.getByTestId(`tab-${tab}`).click();
  await page.getByTestId("detail").getByRole("heading", { level: 2 }).first().waitFor();
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  await close();
}
await browser.close();
await server.close();

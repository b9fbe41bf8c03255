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
  ["verdict", "never-stamped", "findings", 1440, 900],
  ["chain", "two-heads", "chain", 1440, 900],
  ["pass", "clean-publish", "inputs", 1440, 900],
  ["narrow", "never-stamped", "findings", 390, 844],
];

const server = await serveUnder("/");
const browser = await launch();
for (const [name, sample, tab, width, height] of PICTURES) {
  for (const colorScheme of ["light", "dark"]) {
    const { page, close } = await watch(browser, { context: { colorScheme, viewport: { width, height } } });
    await page.goto(server.address);
    await page.getByTestId(`sample-${sample}`).click();
    await page.getByTestId("verdict").waitFor();
    await page.getByTestId(`tab-${tab}`).click();
    await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`) });
    await close();
  }
}
await browser.close();
await server.close();

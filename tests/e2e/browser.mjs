// Where a Chromium is: the one named by RETORT_CHROMIUM, the system's, or Playwright's.
// Run as a program it prints the path, and fails where there is none.
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const APPLICATIONS = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const runnable = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

export function findChromium() {
  if (process.env.RETORT_CHROMIUM) return process.env.RETORT_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return [
    ...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    ...APPLICATIONS,
    chromium.executablePath(),
  ].find(runnable);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = findChromium();
  if (!found) process.exit(1);
  console.log(found);
}

// Makes the pictures of README.md from the real thing: starts the app on an empty data folder, sets it up, asks the handbook, and takes
// docs/images/editor-light.png and editor-dark.png.
//
//   dotnet build src/Designer.Web
//   npm install --no-save --no-package-lock playwright-core@1.65.1
//   CHROMIUM=/usr/bin/chromium node scripts/screenshots.mjs
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root, withApp } from "./running.mjs";

const images = join(root, "docs/images");
const question = "How many days of leave may I carry over?";
const largest = 300 * 1024; // bytes; a README must open quickly

async function picture(browser, url, storageState, theme) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: theme, storageState, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`${url}/flows/ask-the-handbook`);
  await page.waitForSelector(".dz[data-status=ready] [data-testid=node-reply]");
  await page.click("[data-testid=open-run]");
  await page.fill("[data-testid=chat-input]", question);
  await page.click("[data-testid=chat-send]");
  await page.waitForSelector("[data-testid=run-state][data-state=completed]");
  await page.waitForSelector("[data-testid=run-answer] .cit");
  await page.click("[data-testid=node-reply] .face-name");
  await page.waitForSelector(".inspector .tpl .ref");
  await page.mouse.move(720, 420);
  await page.evaluate(() => document.fonts.ready);
  const path = join(images, `editor-${theme}.png`);
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
  await context.close();
  const { size } = statSync(path);
  if (size > largest) throw new Error(`${path} has ${size} bytes, more than ${largest}.`);
  console.log(`${path}: ${Math.round(size / 1024)} KB`);
}

await withApp(async ({ browser, url, storageState }) => {
  mkdirSync(images, { recursive: true });
  for (const theme of ["light", "dark"]) await picture(browser, url, storageState, theme);
});

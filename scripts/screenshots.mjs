// Makes the pictures of README.md from the real thing: starts the app on an empty data folder, sets it up, asks the handbook, and takes
// docs/images/editor-light.png and editor-dark.png.
//
//   dotnet build src/Designer.Web
//   npm install --no-save --no-package-lock playwright-core@1.65.1
//   CHROMIUM=/usr/bin/chromium node scripts/screenshots.mjs
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("..", import.meta.url));
const images = join(root, "docs/images");
const question = "How many days of leave may I carry over?";
const largest = 300 * 1024; // bytes; a README must open quickly

const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** Starts the app and waits for the one-time code that it prints on its first start. */
async function start(data) {
  const url = `http://127.0.0.1:${await freePort()}`;
  const app = spawn("dotnet", ["src/Designer.Web/bin/Debug/net10.0/Designer.Web.dll", "--urls", url, "--data", data], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const code = await new Promise((resolve, reject) => {
    let said = "";
    app.stdout.on("data", (part) => {
      said += part;
      const found = /\b([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})\b/.exec(said);
      if (found) resolve(found[1]);
    });
    app.once("error", reject);
    app.once("exit", (status) => reject(new Error(`The app ended with ${status} before it printed its code. Was it built?\n${said}`)));
  });
  return { app, url, code };
}

async function setUp(browser, url, code) {
  const page = await browser.newPage();
  await page.goto(`${url}/setup`);
  for (const [field, value] of Object.entries({ code, name: "Lin Wei", email: "lin@example.org", password: "a password for a picture", workspace: "Support" })) await page.fill(`#${field}`, value);
  await page.click("button[type=submit]");
  await page.waitForSelector("a[href='/flows/ask-the-handbook']");
  return page.context().storageState();
}

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

const data = mkdtempSync(join(tmpdir(), "designer-pictures-"));
const { app, url, code } = await start(data);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || undefined, args: ["--no-sandbox"] });
try {
  mkdirSync(images, { recursive: true });
  const storageState = await setUp(browser, url, code);
  for (const theme of ["light", "dark"]) await picture(browser, url, storageState, theme);
} finally {
  await browser.close();
  const ended = new Promise((resolve) => app.once("exit", resolve));
  app.kill();
  await ended;
  rmSync(data, { recursive: true, force: true });
}

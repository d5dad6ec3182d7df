// A running app for the scripts that take pictures: started on a data folder of its own, set up, and taken down again.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = fileURLToPath(new URL("..", import.meta.url));

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
  await page.click("button[type=submit].primary");
  await page.waitForSelector("a[href='/flows/ask-the-handbook']");
  const state = await page.context().storageState();
  await page.context().close();
  return state;
}

/** Hands `work` a browser, the app's address and the owner's session. */
export async function withApp(work) {
  const data = mkdtempSync(join(tmpdir(), "designer-pictures-"));
  const { app, url, code } = await start(data);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || undefined, args: ["--no-sandbox", "--disable-background-networking"] });
  try {
    await work({ browser, url, code, storageState: await setUp(browser, url, code) });
  } finally {
    await browser.close();
    const ended = new Promise((resolve) => app.once("exit", resolve));
    app.kill();
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
}

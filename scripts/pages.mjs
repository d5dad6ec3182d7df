// Looks at every page: takes each in both languages, light and dark, at 390, 1440 and 2560 pixels, puts them on one sheet per kind, and says
// where a page is wider than its window. For people who change the looks; nothing in the repository depends on the pictures.
//
//   dotnet build src/Designer.Web
//   npm install --no-save --no-package-lock playwright-core@1.65.1
//   CHROMIUM=/usr/bin/chromium node scripts/pages.mjs OUT [only this page] [zh|en] [light|dark] [390|1440|2560]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { withApp } from "./running.mjs";

const [out = "pages", ...only] = process.argv.slice(2);
const languages = { en: "en-US", zh: "zh-CN" };
const themes = ["light", "dark"];
const heights = { 390: 844, 1440: 900, 2560: 1300 };

/** Those of the choices that the command line names; all where it names none of them. */
const chosen = (choices) => choices.filter((choice) => only.includes(choice) || !only.some((word) => choices.includes(word)));

const flow = "/flows/ask-the-handbook";
const ready = (selector) => async (page) => page.waitForSelector(selector);
const dialog = (open) => async (page) => {
  await page.waitForSelector("html[data-interactive]");
  await page.click(open);
  await page.waitForSelector("[role=dialog]");
};
const pages = [
  ["signin", "/signin"], ["missing", "/nothing-here"], ["flows", "/", ready(".card svg")], ["new-flow", "/?new=true", ready("[role=dialog]")], ["templates", "/templates", ready(".card svg")],
  ["use-template", "/templates", dialog(".cards .name")], ["knowledge", "/knowledge"], ["base", "/knowledge/handbook"], ["models", "/models"], ["connect", "/models?connect=1", ready("[role=dialog]")],
  ["add-hub", "/models", dialog(".acts button.btn")],
  ["runs", "/runs", ready(".runs")], ["run", null, ready(".trace-step")], ["settings", "/settings"], ["members", "/settings/members"], ["invite", "/settings/members?invite=true", ready("[role=dialog]")],
  ["credentials", "/settings/credentials"], ["roles", "/settings/permissions"], ["editor", flow, ready(".dz[data-status=ready] [data-testid=node-reply]")],
  ["inspector", flow, async (page) => { await page.waitForSelector(".dz[data-status=ready]"); const node = page.locator("[data-testid=node-reply]"); if (await node.isVisible()) await node.click(); }],
  ["publish", flow, async (page) => { await page.waitForSelector(".dz[data-status=ready]"); await page.click("[data-testid=publish]"); await page.waitForSelector("[role=dialog]"); }],
  ["checkpoint", flow, async (page) => { await page.waitForSelector(".dz[data-status=ready]"); await page.keyboard.press("Control+s"); await page.waitForSelector("[role=dialog]"); }],
  ["new-base", "/knowledge?new=true", ready("[role=dialog]")], ["add-credential", "/settings/credentials?add=true", ready("[role=dialog]")], ["playground", "/models/playground"],
  ["search", "/runs", async (page) => { await page.waitForSelector("html[data-interactive]"); await page.keyboard.press("Control+k"); await page.waitForSelector("[role=dialog]"); }],
  ["compare", (run) => `/runs/compare?a=${run.split("/").pop()}&b=${run.split("/").pop()}`], ["versions", `${flow}/versions`], ["help", "/help"], ["help-page", "/help/keys"],
  ["flow-runs", `${flow}/runs`, ready(".runs")], ["endpoint", `${flow}/endpoint`],
];

/** Something for the lists to show: one asked question. */
async function ask(browser, url, storageState) {
  const page = await browser.newPage({ storageState });
  await page.goto(url + flow);
  await page.waitForSelector(".dz[data-status=ready] [data-testid=node-reply]");
  await page.click("[data-testid=open-run]");
  await page.fill("[data-testid=chat-input]", "How many days of leave may I carry over?");
  await page.click("[data-testid=chat-send]");
  await page.waitForSelector("[data-testid=run-state][data-state=completed]");
  await page.goto(`${url}/runs`);
  const run = await page.getAttribute(".runs a.cover", "href");
  await page.close();
  return run;
}

async function take(context, url, [name, path, settle], run, folder) {
  const page = await context.newPage();
  try {
    await page.goto(url + (typeof path === "function" ? path(run) : path ?? run));
    if (settle) await settle(page);
    await page.waitForLoadState("networkidle");
    await page.evaluate(() => document.fonts.ready);
    await page.waitForFunction(() => !document.querySelector(".skel, .dz-skeleton"));
    const wide = await page.evaluate(() => {
      const room = document.documentElement.clientWidth;
      return document.documentElement.scrollWidth > room ? [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > room + 1 && getComputedStyle(e).position !== "fixed").slice(0, 3).map((e) => `${e.tagName.toLowerCase()}.${e.className}`) : [];
    });
    await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled", caret: "hide" });
    if (wide.length > 0) console.log(`${folder} ${name}: wider than the window: ${wide.join(", ")}`);
  } catch (error) {
    console.log(`${folder} ${name}: ${String(error).split("\n")[0]}`);
    await page.screenshot({ path: join(folder, `${name}.png`) }).catch(() => undefined);
  } finally {
    await page.close();
  }
}

async function sheet(browser, folder, names, width) {
  const [columns, each] = width < 500 ? [8, 240] : [4, 640];
  const page = await browser.newPage({ viewport: { width: columns * (each + 12) + 12, height: 800 } });
  const images = names.map((name) => {
    try { return `<figure><img src="data:image/png;base64,${readFileSync(join(folder, `${name}.png`)).toString("base64")}" width="${each}"><figcaption>${name}</figcaption></figure>`; } catch { return ""; }
  });
  await page.setContent(`<body style="margin:12px;display:flex;flex-wrap:wrap;gap:12px;background:#888;font:12px sans-serif"><style>figure{margin:0}img{display:block}</style>${images.join("")}`);
  writeFileSync(`${folder}.png`, await page.screenshot({ fullPage: true }));
  await page.close();
}

await withApp(async ({ browser, url, storageState }) => {
  const run = await ask(browser, url, storageState);
  const names = chosen(pages.map(([name]) => name));
  for (const language of chosen(Object.keys(languages)))
    for (const theme of chosen(themes))
      for (const width of chosen(Object.keys(heights))) {
        const folder = resolve(out, `${language}-${theme}-${width}`);
        mkdirSync(folder, { recursive: true });
        const context = await browser.newContext({ viewport: { width: Number(width), height: heights[width] }, colorScheme: theme, locale: languages[language], storageState, reducedMotion: "reduce" });
        for (const page of pages.filter(([name]) => names.includes(name))) await take(context, url, page, run, folder);
        await context.close();
        await sheet(browser, folder, names, Number(width));
        console.log(`${folder}.png`);
      }
});

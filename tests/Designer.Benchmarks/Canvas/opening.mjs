import { watchFirstPaint } from "./measure.mjs";

const patience = 300_000;
const view = { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" };

export async function newContext(browser, storageState) {
  const context = await browser.newContext({ ...view, storageState });
  context.setDefaultTimeout(patience);
  return context;
}

/** A page in a browser context of its own, when its nodes stand there. */
export async function open(browser, url, storageState) {
  const context = await newContext(browser, storageState);
  const { page, firstPaint } = await openIn(context, url);
  return { page, firstPaint, close: () => context.close() };
}

export async function openIn(context, url) {
  const page = await context.newPage();
  await page.addInitScript(watchFirstPaint);
  await page.goto(url);
  const late = new Promise((_, failed) => setTimeout(() => failed(new Error(`Nothing was painted at ${url} in time.`)), patience).unref());
  const firstPaint = await Promise.race([page.evaluate(() => window.firstPaint), late]);
  return { page, firstPaint };
}

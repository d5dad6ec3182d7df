// The editor in a real Chromium, beside bare React Flow with the same nodes; writes the tables of docs/performance.md to standard output.
//
//   dotnet build -c Release src/Designer.Web && (cd src/Designer.Canvas && npm ci && npm run build)
//   node tests/Designer.Benchmarks/Canvas/benchmark.mjs [sizes] [latency] [editors] [--sizes 100,500,1000,2000] [--editors 100] [--rounds 3]
//
// Without a part's name all three are measured.
import { createRequire } from "node:module";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startApp, startSlowLine } from "./app.mjs";
import { startBare } from "./bareServer.mjs";
import { manyEditors } from "./editors.mjs";
import { latencies } from "./latency.mjs";
import { probe } from "./measure.mjs";
import { open } from "./opening.mjs";

const { chromium } = createRequire(new URL("../../../src/Designer.Canvas/", import.meta.url))("playwright-core");
const { values, positionals } = parseArgs({ allowPositionals: true, options: { sizes: { type: "string", default: "100,500,1000,2000" }, editors: { type: "string", default: "100" }, rounds: { type: "string", default: "3" } } });
const sizes = values.sizes.split(",").map(Number);
const rounds = Number(values.rounds);
const roundTripMs = 150;
const wants = (part) => positionals.length === 0 || positionals.includes(part);

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const round = (value, digits = 1) => value.toFixed(digits);
const row = (...cells) => console.log(`| ${cells.join(" | ")} |`);
const settled = (page) => page.waitForTimeout(400); // an animated zoom takes 200 ms

/** A node near the middle of the view, and a place with nothing on it; both are what the pointer meets there. */
const places = (page) => page.evaluate(() => {
  const area = document.querySelector(".react-flow").getBoundingClientRect();
  const [x, y] = [area.left + area.width * 0.4, area.top + area.height * 0.4];
  const nodes = [...document.querySelectorAll(".react-flow__node")].map((element) => {
    const box = element.getBoundingClientRect();
    const at = { x: box.x + box.width / 2, y: box.y + Math.min(12, box.height / 2) };
    return { element, at, far: Math.hypot(at.x - x, at.y - y) };
  }).sort((a, b) => a.far - b.far);
  const node = nodes.slice(0, 200).find(({ element, at }) => element.contains(document.elementFromPoint(at.x, at.y)));
  if (!node) throw new Error("There is no node in view.");
  for (let dy = 0; dy < area.height / 2; dy += 3) {
    for (let dx = 0; dx < area.width / 2; dx += 7) {
      const at = { x: x + dx, y: y + dy };
      if (document.elementFromPoint(at.x, at.y)?.classList.contains("react-flow__pane")) return { node: node.at, empty: at };
    }
  }
  throw new Error("There is no empty place in view.");
});

async function moving(page, meter) {
  const { node, empty } = await places(page);
  const drag = await meter.drag(node, { x: 240, y: 120 });
  const pan = await meter.drag(empty, { x: 180, y: 90 });
  return { drag, pan };
}

async function measured(browser, url, storageState, isEditor) {
  const { page, firstPaint, close } = await open(browser, url, storageState);
  const meter = await probe(page);
  const fit = async () => {
    await (isEditor ? page.keyboard.press("Control+1") : page.evaluate(() => window.flow.fitView()));
    await settled(page);
  };
  // From the middle of the whole, so that nodes are in view.
  const full = async () => {
    await fit();
    await (isEditor ? page.keyboard.press("Control+0") : page.evaluate(() => window.flow.zoomTo(1)));
    await settled(page);
  };
  await full();
  const near = await moving(page, meter);
  const heap = await meter.heap();
  await fit();
  const all = await moving(page, meter);
  const result = { firstPaint, near, all, heap };
  if (isEditor) {
    await full();
    await page.waitForSelector(".dz[data-saved=saved]");
    const { node } = await places(page);
    result.bytes = await meter.circuitBytes(async () => {
      await meter.drag(node, { x: 64, y: 64 });
      await page.waitForTimeout(1500);
      await page.waitForSelector(".dz[data-saved=saved]");
    });
    await fit();
    const before = await meter.busy();
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("[data-testid=run-state][data-state=completed]");
    result.run = (await meter.busy()) - before;
  }
  await close();
  return result;
}

const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-background-networking", "--disable-gpu", "--renderer-process-limit=4"] });
const browser = await launch();
const app = await startApp(browser, wants("sizes") ? sizes : [Math.min(...sizes)]);
const smallest = `/flows/bench-${Math.min(...sizes)}`;

async function table() {
  const bare = await startBare();
  try {
    row("nodes", "", "first paint ms", "drag near", "pan near", "drag, all in view", "pan, all in view", "heap MB", "bytes per drag", "run: ms per step");
    row("--:", "---", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:");
    for (const size of sizes) {
      for (const [name, url, isEditor] of [["editor", `${app.url}/flows/bench-${size}`, true], ["bare React Flow", `${bare.url}/?count=${size}`, false]]) {
        const all = [];
        for (let i = 0; i < rounds; i++) all.push(await measured(browser, url, isEditor ? app.storageState : undefined, isEditor));
        const of = (pick) => median(all.map(pick));
        row(size, name, round(of((r) => r.firstPaint), 0), round(of((r) => r.near.drag)), round(of((r) => r.near.pan)), round(of((r) => r.all.drag)), round(of((r) => r.all.pan)), round(of((r) => r.heap)),
          isEditor ? Math.round(of((r) => r.bytes)) : "", isEditor ? round(of((r) => r.run) / size, 2) : "");
      }
    }
  } finally { bare.stop(); }
}

async function slowLine() {
  const slow = await startSlowLine(app.url, roundTripMs);
  const found = await latencies(await open(browser, slow.url + smallest, app.storageState));
  slow.stop();
  console.log(`\nWith ${roundTripMs} ms of added round trip (medians): a dragged node follows after ${round(found.drag)} ms, a typed letter stands after ${round(found.type)} ms, the settings of a node after ${round(found.inspect)} ms.`);
}

async function crowd() {
  const count = Number(values.editors);
  const found = await manyEditors(browser, app, app.url + smallest, count);
  console.log(`\n${count} editors open at once: each takes ${round(found.asIs, 2)} MB of resident server memory, ${round(found.collected, 2)} MB after a collection; ${round(found.total, 0)} MB in all. A letter typed in one of them stands after ${round(found.among)} ms (${round(found.alone)} ms with five open), and is saved after ${round(found.saved.among, 0)} ms (${round(found.saved.alone, 0)} ms).`);
}

try {
  console.log(`Load average at the start: ${loadavg().map((load) => round(load)).join(", ")}.\n`);
  if (wants("sizes")) await table();
  if (wants("latency")) await slowLine();
  if (wants("editors")) await crowd();
  console.log(`\nLoad average at the end: ${loadavg().map((load) => round(load)).join(", ")}.`);
} finally {
  await browser.close();
  await app.stop();
}

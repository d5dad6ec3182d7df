// The real program on an empty data folder, set up, with flows of given sizes in it; and a proxy in front of it that adds latency.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { largeFlow } from "./flows.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const dll = ["Release", "Debug"].map((kind) => join(root, `src/Designer.Web/bin/${kind}/net10.0/Designer.Web.dll`)).find(existsSync);

export const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

export async function startApp(browser, sizes) {
  if (!dll) throw new Error("Build the app first: dotnet build -c Release src/Designer.Web");
  const folder = mkdtempSync(join(tmpdir(), "designer-canvas-benchmark-"));
  const data = join(folder, "data");
  const url = `http://127.0.0.1:${await freePort()}`;
  const app = spawn("dotnet", [dll, "--urls", url, "--data", data], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const code = await new Promise((resolve, reject) => {
    let said = "";
    app.stdout.on("data", (part) => {
      said += part;
      const found = /\b([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})\b/.exec(said);
      if (found) resolve(found[1]);
    });
    app.once("exit", (status) => reject(new Error(`The app ended with ${status} before it printed its code.\n${said}`)));
  });
  const page = await browser.newPage();
  await page.goto(`${url}/setup`);
  for (const [field, value] of Object.entries({ code, name: "Bench", email: "bench@example.org", password: "a password for a benchmark" })) await page.fill(`#${field}`, value);
  await page.click("button[type=submit].primary");
  await page.waitForSelector("a[href='/flows/ask-the-handbook']", { timeout: 120_000 });
  const storageState = await page.context().storageState();
  await page.close();
  for (const size of sizes) {
    const file = join(folder, `flow-${size}.flow.json`);
    writeFileSync(file, JSON.stringify(largeFlow(size)));
    const done = spawnSync("dotnet", [dll, "flow", "import", file, "--slug", `bench-${size}`, "--data", data], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`The flow of ${size} nodes could not be imported.\n${done.stdout}${done.stderr}`);
  }
  const stop = () => new Promise((resolve) => {
    app.once("exit", () => { rmSync(folder, { recursive: true, force: true }); resolve(); });
    app.kill();
  });
  /** Resident megabytes of the server process. */
  const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${app.pid}/status`, "utf8"))[1]) / 1024;
  return { url, storageState, stop, memory, pid: app.pid };
}

/** Passes bytes on to the app, each half of the given round trip later, in both directions: pages, downloads and the circuit alike. */
export async function startSlowLine(target, roundTripMs) {
  const { port } = new URL(target);
  const sockets = new Set();
  const server = createServer((near) => {
    const far = connect(Number(port), "127.0.0.1");
    for (const [from, to] of [[near, far], [far, near]]) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("data", (bytes) => setTimeout(() => { if (!to.destroyed) to.write(bytes); }, roundTripMs / 2));
      from.on("error", () => to.destroy());
      from.on("close", () => { sockets.delete(from); setTimeout(() => to.end(), roundTripMs / 2); });
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => { for (const socket of sockets) socket.destroy(); server.close(); } };
}

// Shows the built canvas with a sample flow, without the host: `npm run dev`, then open the printed address.
// ?dark, ?empty, ?large (1,000 nodes) and ?task (a task flow with a loop, retries and a person) change what is shown; each reload builds again.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildCanvas, outdir } from "../scripts/build.mjs";
import { document, largeDocument, nodeTypes, options, problems } from "./sample.mjs";
import { answer, cancel, events, row, start } from "./runs.mjs";
import { taskDocument, taskProblems } from "./task.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const kinds = { ".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".woff2": "font/woff2", ".mjs": "text/javascript" };
const state = { document, revision: 1, nodeTypes, problems, bindings: { model: "local/qwen3-8b", handbook: "kb1" }, options, canEdit: true, canRun: true, author: "ada", log: [] };
const emptyDocument = { ...document, name: "New flow", nodes: [], edges: [], notes: [], slots: {} };

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  const json = (value) => { response.setHeader("content-type", "application/json"); response.end(JSON.stringify(value)); };
  try {
    if (url.pathname.startsWith("/api/editor/flows/") && request.method === "GET") {
      if (url.pathname.endsWith("/task")) return json({ ...state, document: taskDocument, problems: taskProblems });
      if (url.pathname.endsWith("/large")) return json({ ...state, document: largeDocument(1000), problems: [] });
      return json(url.pathname.endsWith("/empty") ? { ...state, document: emptyDocument, problems: [], bindings: {} } : state);
    }
    if (/^\/api\/editor\/flows\/[^/]+\/runs$/.test(url.pathname)) {
      const started = start(url.pathname.split("/")[4], await body(request));
      if (started.status) { response.statusCode = started.status; response.setHeader("content-type", "application/problem+json"); return response.end(JSON.stringify(started)); }
      return json(started);
    }
    const run = /^\/api\/editor\/runs\/([^/]+)(\/\w+)?$/.exec(url.pathname);
    if (run) {
      if (run[2] === "/events") return events(run[1], response, Number(request.headers["last-event-id"] ?? url.searchParams.get("from") ?? 0));
      if (run[2] === "/cancel") return json(cancel(run[1]));
      if (run[2] === "/answer") return json(answer(run[1], await body(request)));
      return json(row(run[1]));
    }
    if (url.pathname === "/") await buildCanvas();
    const file = url.pathname.startsWith("/canvas/") ? join(outdir, url.pathname.slice(8)) : join(here, url.pathname === "/" ? "index.html" : url.pathname);
    response.setHeader("content-type", kinds[extname(file)] ?? "application/octet-stream");
    response.end(await readFile(file));
  } catch (error) {
    response.statusCode = error.code === "ENOENT" ? 404 : 500;
    response.end(String(error));
  }
});

async function body(request) {
  let text = "";
  for await (const part of request) text += part;
  return text ? JSON.parse(text) : {};
}

server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));

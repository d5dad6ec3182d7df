import { createServer } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { largeFlow } from "./flows.mjs";

const canvas = new URL("../../../src/Designer.Canvas/", import.meta.url);
const { build } = createRequire(canvas)("esbuild");

/** A page with bare React Flow, built as the canvas is. */
export async function startBare() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("bare.jsx", import.meta.url))], absWorkingDir: fileURLToPath(canvas), nodePaths: [fileURLToPath(new URL("node_modules", canvas))], outdir: "out", write: false,
    bundle: true, format: "esm", target: "es2022", minify: true, jsx: "automatic", define: { "process.env.NODE_ENV": '"production"' },
  });
  const files = new Map(outputFiles.map((file) => [file.path.endsWith(".css") ? "/bare.css" : "/bare.js", file.contents]));
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    if (url.pathname === "/flow") return response.setHeader("content-type", "application/json").end(JSON.stringify(largeFlow(Number(url.searchParams.get("count")))));
    if (files.has(url.pathname)) return response.setHeader("content-type", url.pathname.endsWith("css") ? "text/css" : "text/javascript").end(files.get(url.pathname));
    response.setHeader("content-type", "text/html").end('<!doctype html><link rel="stylesheet" href="/bare.css"><style>html,body,#root{margin:0;height:100%}</style><div id="root"></div><script type="module" src="/bare.js"></script>');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

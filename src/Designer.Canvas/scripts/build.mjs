// Builds the island into the host's web root. Same input, same bytes: no hash in names, no time, no source map.
import { build } from "esbuild";
import { copyFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
export const outdir = fileURLToPath(new URL("../../../wwwroot/canvas", import.meta.url));

export async function buildCanvas() {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: { canvas: "src/index.tsx", tokens: "src/tokens.entry.css" },
    outdir,
    bundle: true, format: "esm", target: ["es2022", "chrome111", "firefox113", "safari16.4"],
    minify: true, sourcemap: false, legalComments: "none", charset: "utf8", jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".woff2": "file" },
    assetNames: "fonts/[name]",
    logLevel: "warning",
  });
  // Loaded by the first tidying up, as it is: a program of its own under a licence of its own.
  for (const [from, to] of [["lib/elk-worker.min.js", "elk-worker.js"], ["LICENSE.md", "elk-worker.LICENSE.md"]]) copyFileSync(`${root}node_modules/elkjs/${from}`, `${outdir}/${to}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildCanvas();

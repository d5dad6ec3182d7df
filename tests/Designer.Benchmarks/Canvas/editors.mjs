// Many editors open at once: what each takes of the server's memory, and whether who types in one of them feels the others.
import { collect } from "./collect.mjs";
import { latencies } from "./latency.mjs";
import { newContext, openIn } from "./opening.mjs";

const warmUp = 5;

/** Tabs of one signed-in browser, so that a hundred fit on the machine; each has a circuit, a seat and a document of its own. */
export async function manyEditors(browser, app, url, count) {
  const context = await newContext(browser, app.storageState);
  const pages = [];
  const openMore = async (number) => { for (let i = 0; i < number; i++) pages.push((await openIn(context, url)).page); };
  const memory = async () => {
    const asIs = app.memory();
    await collect(app.pid);
    return { asIs, collected: app.memory() };
  };
  // What the process keeps for itself once somebody has used it is not the editors'.
  await openMore(warmUp);
  const first = async () => { await pages[0].bringToFront(); return latencies({ page: pages[0] }); };
  const alone = await first();
  const few = await memory();
  await openMore(count - warmUp);
  const many = await memory();
  const among = await first();
  await context.close();
  const each = (kind) => (many[kind] - few[kind]) / (count - warmUp);
  return { asIs: each("asIs"), collected: each("collected"), total: many.asIs, alone: alone.type, among: among.type, saved: { alone: alone.save, among: among.save } };
}

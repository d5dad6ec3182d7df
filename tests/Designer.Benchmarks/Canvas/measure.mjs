// What is measured in a page, by the browser's own counters: the same code for the editor and for bare React Flow.
const moves = 60;

/** One animation frame: what a move costs is over when its frame is painted. */
const frame = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

export async function probe(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "timeTicks" });
  const busy = async () => (await cdp.send("Performance.getMetrics")).metrics.find((metric) => metric.name === "TaskDuration").value * 1000;
  /** Main-thread milliseconds of something done `times` times, without what waiting for the frames costs by itself. */
  const cost = async (times, act) => {
    const idle = await spent(busy, () => repeated(page, Math.min(times, 20), async () => {})) / Math.min(times, 20);
    const used = await spent(busy, () => repeated(page, times, act));
    return Math.max(0, used / times - idle);
  };
  return {
    busy,
    /** While a button is held: from a point by steps along a line, the middle part measured. */
    drag: async (from, by) => {
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      let at = 0;
      const step = async () => { at++; await page.mouse.move(from.x + (by.x * at) / moves, from.y + (by.y * at) / moves); };
      await repeated(page, 6, step);
      const perMove = await cost(moves - 6, step);
      await page.mouse.up();
      await frame(page);
      return perMove;
    },
    /** Megabytes of live JavaScript objects. */
    heap: async () => {
      await cdp.send("HeapProfiler.collectGarbage");
      return (await cdp.send("Runtime.getHeapUsage")).usedSize / 1024 / 1024;
    },
    circuitBytes: (act) => circuitBytes(cdp, act),
  };
}

async function repeated(page, times, act) {
  for (let i = 0; i < times; i++) {
    await act(i);
    await frame(page);
  }
}

async function spent(busy, act) {
  const before = await busy();
  await act();
  return (await busy()) - before;
}

async function circuitBytes(cdp, act) {
  let bytes = 0;
  const count = ({ response }) => { bytes += response.opcode === 2 ? Buffer.from(response.payloadData, "base64").length : Buffer.byteLength(response.payloadData); };
  await cdp.send("Network.enable");
  cdp.on("Network.webSocketFrameSent", count);
  cdp.on("Network.webSocketFrameReceived", count);
  await act();
  cdp.off("Network.webSocketFrameSent", count);
  cdp.off("Network.webSocketFrameReceived", count);
  return bytes;
}

/** Resolves with milliseconds from `start` (an expression in the page) to the first frame in which nodes stand. */
export function watchFirstPaint() {
  window.firstPaint = new Promise((done) => {
    let mounted;
    const look = () => {
      if (mounted === undefined && (document.querySelector(".dz") || window.mountedAt)) mounted = window.mountedAt ?? performance.now();
      if (document.querySelector(".react-flow__node")) requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - mounted)));
      else requestAnimationFrame(look);
    };
    look();
  });
}

// How long a person waits: from an event in the page to the frame that shows its effect.
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

export async function latencies({ page }) {
  await page.keyboard.press("Control+0");
  await page.waitForTimeout(400);
  const node = page.locator(".react-flow__node[data-id=n2]");
  await page.evaluate(() => {
    window.waits = { drag: [], type: [], inspect: [] };
    const until = (list, changed) => {
      const start = performance.now();
      const look = () => {
        if (changed()) list.push(performance.now() - start);
        else if (performance.now() - start < 5000) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    };
    addEventListener("pointermove", (event) => {
      const dragged = event.buttons === 1 && document.querySelector(".react-flow__node[data-id=n2]");
      if (!dragged) return;
      const before = dragged.style.transform;
      until(window.waits.drag, () => dragged.style.transform !== before);
    }, true);
    addEventListener("keydown", (event) => {
      const text = event.target.closest?.(".cm-content");
      if (!text) return;
      const before = text.textContent;
      until(window.waits.type, () => text.textContent !== before);
    }, true);
    addEventListener("pointerup", (event) => {
      const id = event.target.closest?.(".react-flow__node")?.dataset.id;
      if (!id) return;
      const name = () => document.querySelector("[data-testid=inspector-name]")?.value;
      const before = name();
      until(window.waits.inspect, () => name() !== undefined && name() !== before);
    }, true);
  });
  for (const id of ["n1", "n3", "n2", "n1", "n2"]) {
    await page.locator(`.react-flow__node[data-id=${id}]`).click({ position: { x: 60, y: 12 } });
    await page.waitForTimeout(300);
  }
  const box = await node.boundingBox();
  await page.mouse.move(box.x + 60, box.y + 12);
  await page.mouse.down();
  for (let i = 1; i <= 12; i++) {
    await page.mouse.move(box.x + 60 + i * 4, box.y + 12 + i * 32);
    await page.waitForTimeout(60);
  }
  await page.mouse.up();
  await page.locator("[data-testid=setting-text]").click();
  for (const letter of "a letter at a time") {
    await page.keyboard.press(letter === " " ? "Space" : letter);
    await page.waitForTimeout(60);
  }
  const save = await saving(page);
  const waits = await page.evaluate(() => window.waits);
  return { drag: median(waits.drag), type: median(waits.type), inspect: median(waits.inspect), save };
}

/** From the end of typing until the draft has it: the pause after which it is sent included. */
async function saving(page) {
  const times = [];
  for (let i = 0; i < 3; i++) {
    await page.waitForSelector(".dz[data-saved=saved]");
    await page.keyboard.press("x");
    times.push(await page.evaluate(() => new Promise((done) => {
      const start = performance.now();
      const look = () => (document.querySelector(".dz[data-saved=saved]") ? done(performance.now() - start) : requestAnimationFrame(look));
      requestAnimationFrame(look);
    })));
  }
  return median(times);
}

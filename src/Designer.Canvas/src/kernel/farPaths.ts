// What the canvas shows from far away, as few shapes as possible: nodes of one look become one path. Numbers only; the drawing is elsewhere.

export interface FarBox { id: string; x: number; y: number; width: number; height: number; colour: string; state: string | undefined; isContainer: boolean }
export interface FarBatch { colour: string; state: string | undefined; isContainer: boolean; boxes: FarBox[] }

/** States that change how a node looks from far; all others look alike. */
const telling = new Set(["running", "waiting", "stopped", "failed", "skipped", "cancelled"]);

/** Containers come first, because their nodes stand on them; an outer one before an inner one, as the boxes are given. */
export function farBatches(boxes: Iterable<FarBox>): FarBatch[] {
  const batches = new Map<string, FarBatch>();
  for (const box of boxes) {
    const state = box.state !== undefined && telling.has(box.state) ? box.state : undefined;
    const key = `${box.isContainer ? 0 : 1} ${box.colour} ${state ?? ""}`;
    const batch = batches.get(key);
    if (batch) batch.boxes.push(box);
    else batches.set(key, { colour: box.colour, state, isContainer: box.isContainer, boxes: [box] });
  }
  const all = [...batches.values()];
  return [...all.filter((batch) => batch.isContainer), ...all.filter((batch) => !batch.isContainer)];
}

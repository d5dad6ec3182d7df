import { describe, expect, it, vi } from "vitest";
import type { Bridge } from "../src/bridge";
import type { Batch, TableCheck } from "../src/contract";
import { TableRuns } from "../src/debug/tableRuns";

const check = (column?: string): TableCheck => ({ columns: ["Question"], inputs: [{ name: "q", type: "string", required: true, ...(column ? { column } : {}) }], rows: 1, errorCount: column ? 0 : 1, errors: [], sample: [["x"]] });
const batch = (ended: boolean, more: Partial<Batch> = {}): Batch => ({
  id: "b1", name: "t", author: "ada", version: "draft@1", columns: ["Question"], concurrency: 4, createdAt: "2026-01-01T00:00:00Z", isCancelled: false, counts: { completed: 1 }, ...(ended ? { endedAt: "2026-01-01T00:01:00Z" } : {}), ...more });

function open(batches: Batch[] = []) {
  const calls: unknown[] = [];
  let page = batch(true);
  const bridge = {
    batches: () => Promise.resolve(batches), checkTable: (csv: string, mapping: Record<string, string | null>) => { calls.push(["check", csv, mapping]); return Promise.resolve(check(mapping["q"] ?? undefined)); },
    startBatch: (table: unknown) => { calls.push(["start", table]); return Promise.resolve({ id: "b1" }); }, cancelBatch: () => Promise.resolve({}),
    batch: (id: string, skip: number, take: number) => { calls.push(["page", id, skip, take]); return Promise.resolve({ batch: page, items: [] }); },
  } as unknown as Bridge;
  return { table: new TableRuns(bridge, () => Promise.resolve()), calls, is: (next: Batch) => { page = next; } };
}

describe("TableRuns", () => {
  it("looks at a table, maps columns, starts, and forgets the text", async () => {
    const { table, calls } = open();
    await table.setTable("Question\nx", "t.csv");
    expect(table.state().check?.errorCount).toBe(1);
    await table.map("q", "Question");
    expect(table.state().check?.errorCount).toBe(0);
    await table.start();
    expect(calls).toContainEqual(["start", { csv: "Question\nx", name: "t.csv", mapping: { q: "Question" }, concurrency: 4 }]);
    expect(table.state()).toMatchObject({ csv: "", isBusy: false, isPreparing: false, shown: { batch: { id: "b1" } } });
  });

  it("shows the newest batch and asks again while it goes on and somebody looks", async () => {
    vi.useFakeTimers();
    try {
      const { table, calls, is } = open([batch(false)]);
      is(batch(false));
      const leave = table.watch();
      await vi.advanceTimersByTimeAsync(3100);
      expect(calls.length).toBeGreaterThanOrEqual(3);
      is(batch(true));
      await vi.advanceTimersByTimeAsync(1100);
      const asked = calls.length;
      await vi.advanceTimersByTimeAsync(10_000);
      expect(calls).toHaveLength(asked);
      leave();
    } finally { vi.useRealTimers(); }
  });

  it("cancels what runs, shows it as it is then, and asks no more", async () => {
    vi.useFakeTimers();
    try {
      const { table, calls, is } = open([batch(false, { counts: { running: 1, queued: 1 } })]);
      is(batch(false, { counts: { running: 1, queued: 1 } }));
      const cancelled: string[] = [];
      (table as unknown as { bridge: { cancelBatch: unknown } }).bridge.cancelBatch = (id: string) => {
        cancelled.push(id);
        is(batch(true, { isCancelled: true, counts: { cancelled: 2 } }));
        return Promise.resolve({ cancelled: true });
      };
      const leave = table.watch();
      await vi.advanceTimersByTimeAsync(100);
      await table.cancel();
      expect(cancelled).toEqual(["b1"]);
      expect(table.state().shown?.batch).toMatchObject({ isCancelled: true, counts: { cancelled: 2 } });
      const asked = calls.length;
      await vi.advanceTimersByTimeAsync(10_000);
      expect(calls).toHaveLength(asked);
      leave();
    } finally { vi.useRealTimers(); }
  });

  it("keeps a refusal to show", async () => {
    const { table } = open();
    (table as unknown as { bridge: { startBatch: unknown } }).bridge.startBatch = () => Promise.reject(new Error("no"));
    await table.setTable("a", "");
    await table.start();
    expect(table.state()).toMatchObject({ isBusy: false, problem: { detail: "no" } });
  });
});

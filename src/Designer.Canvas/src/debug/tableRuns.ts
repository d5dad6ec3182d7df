// A draft run over the rows of a table: what is being prepared, and the batch that is shown. The host runs it and keeps it; here it is looked at.
import type { Bridge } from "../bridge";
import type { Batch, BatchPage, TableCheck } from "../contract";
import { asProblem, type HttpProblem } from "../run/problem";

export interface TableView {
  csv: string; name: string; mapping: Readonly<Record<string, string | null>>; concurrency: number;
  check: TableCheck | undefined; isBusy: boolean; problem: HttpProblem | undefined;
  batches: readonly Batch[]; shown: BatchPage | undefined;
  /** A new table is being prepared, whatever batches there are. */
  isPreparing: boolean;
}

const pollMs = 1000;
const pageSize = 200;
/** As the host says it; checked here, too, so that nobody waits for a refusal. */
export const mostBytes = 5_000_000;

export class TableRuns {
  private view: TableView = { csv: "", name: "", mapping: {}, concurrency: 4, check: undefined, isBusy: false, problem: undefined, batches: [], shown: undefined, isPreparing: false };
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watchers = 0;
  private rows = pageSize;
  private checks = 0;

  constructor(private readonly bridge: Bridge, private readonly saved: () => Promise<void>) {}

  readonly state = (): TableView => this.view;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private set(change: Partial<TableView>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.listeners) listener();
  }

  /** While somebody looks, what runs is asked for again and again. */
  watch(): () => void {
    if (this.watchers++ === 0) void this.open();
    return () => {
      if (--this.watchers === 0) clearTimeout(this.timer);
    };
  }

  private async open(): Promise<void> {
    await this.attempt(async () => {
      const batches = await this.bridge.batches();
      this.set({ batches });
      const id = this.view.shown?.batch.id ?? batches[0]?.id;
      if (id !== undefined) await this.refresh(id);
    });
  }

  async show(id: string): Promise<void> {
    this.rows = pageSize;
    this.set({ isPreparing: false, problem: undefined });
    await this.attempt(() => this.refresh(id));
  }

  async more(): Promise<void> {
    this.rows += pageSize;
    const { shown } = this.view;
    if (shown) await this.attempt(() => this.refresh(shown.batch.id));
  }

  private async refresh(id: string): Promise<void> {
    clearTimeout(this.timer);
    const pages = await Promise.all(Array.from({ length: Math.ceil(this.rows / pageSize) }, (_, i) => this.bridge.batch(id, i * pageSize, pageSize)));
    const { batch } = pages[0]!;
    this.set({ shown: { batch, items: pages.flatMap((page) => page.items) }, batches: this.view.batches.some((one) => one.id === id) ? this.view.batches.map((one) => (one.id === id ? batch : one)) : [batch, ...this.view.batches] });
    const goesOn = batch.endedAt === undefined || (batch.counts["waiting"] ?? 0) > 0;
    if (goesOn && this.watchers > 0) this.timer = setTimeout(() => void this.refresh(id).catch(() => { this.timer = setTimeout(() => void this.refresh(id).catch(() => undefined), pollMs * 5); }), pollMs);
  }

  prepare(): void { this.set({ isPreparing: true, problem: undefined }); }
  leave(): void { this.set({ isPreparing: false, problem: undefined }); }

  async setTable(csv: string, name: string): Promise<void> {
    this.set({ csv, name, mapping: {}, check: undefined, problem: undefined });
    if (csv.trim()) await this.look();
  }

  async map(input: string, column: string | null): Promise<void> {
    this.set({ mapping: { ...this.view.mapping, [input]: column } });
    await this.look();
  }

  setConcurrency(concurrency: number): void { this.set({ concurrency }); }

  private async look(): Promise<void> {
    const own = ++this.checks;
    try {
      await this.saved();
      const check = await this.bridge.checkTable(this.view.csv, this.view.mapping);
      if (own === this.checks) this.set({ check, problem: undefined });
    } catch (error) {
      // The columns stay, so that the mapping can be mended.
      if (own === this.checks) this.set({ problem: asProblem(error) });
    }
  }

  async start(): Promise<void> {
    if (this.view.isBusy) return;
    this.set({ isBusy: true });
    await this.attempt(async () => {
      await this.saved();
      const { csv, name, mapping, concurrency } = this.view;
      const { id } = await this.bridge.startBatch({ csv, name, mapping, concurrency });
      this.rows = pageSize;
      this.set({ isPreparing: false, csv: "", name: "", mapping: {}, check: undefined, problem: undefined });
      await this.refresh(id);
    });
    this.set({ isBusy: false });
  }

  async cancel(): Promise<void> {
    const { shown } = this.view;
    if (!shown) return;
    await this.attempt(async () => { await this.bridge.cancelBatch(shown.batch.id); await this.refresh(shown.batch.id); });
  }

  dismiss(): void { this.set({ problem: undefined }); }

  private async attempt(action: () => Promise<void>): Promise<void> {
    try { await action(); } catch (error) { this.set({ problem: asProblem(error) }); }
  }
}

// Follows one run's events and tells what they make of it, in batches, so that a fast stream does not paint for every word.
import type { RunEvent } from "../contract";
import { isOver, reduceAll, resumeAfter, type RunModel } from "./runModel";
import { follow } from "./sse";

const batchMs = 40;

export class RunFollower {
  private following = new AbortController();
  private model: RunModel | undefined;
  private queue: RunEvent[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly url: (runId: string) => string, private readonly moved: (model: RunModel) => void, private readonly lost: (lost: boolean) => void) {}

  /** From where the model is; another run is left. */
  follow(model: RunModel, onFailure: (error: unknown) => void): void {
    this.stop();
    this.following = new AbortController();
    this.model = model;
    const { signal } = this.following;
    follow({
      url: this.url(model.runId), signal,
      lastSeq: () => { this.flush(); return resumeAfter(this.model!); },
      onEvents: events => { this.queue.push(...events); this.timer ??= setTimeout(() => this.flush(), batchMs); },
      onLost: this.lost,
      isOver: () => isOver(this.model!.state) || this.queue.some(event => event.type === "run.completed" || event.type === "run.failed" || event.type === "run.cancelled"),
    }).catch((error: unknown) => { if (!signal.aborted) onFailure(error); });
  }

  stop(): void {
    this.following.abort();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.queue = [];
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const events = this.queue;
    this.queue = [];
    const next = reduceAll(this.model!, events);
    if (next === this.model) return;
    this.model = next;
    this.moved(next);
  }
}

// Reads a run's event stream with fetch, so that errors keep their problem JSON, and carries on after the last number it saw.
import type { RunEvent } from "../contract";
import { HttpProblem, problemOf } from "./problem";

export interface SseMessage { id?: string; event?: string; data: string }

/** Cuts a text/event-stream into messages; text may be fed in any pieces. */
export class SseParser {
  private rest = "";
  private message: { id?: string; event?: string; lines: string[] } = { lines: [] };

  feed(text: string): SseMessage[] {
    const found: SseMessage[] = [];
    this.rest += text;
    // A piece may end between \r and \n; that \r waits for the next one.
    const held = this.rest.endsWith("\r") ? "\r" : "";
    const lines = (held ? this.rest.slice(0, -1) : this.rest).split(/\r\n|\n|\r/);
    this.rest = lines.pop()! + held;
    for (const line of lines) {
      if (line === "") {
        if (this.message.lines.length) found.push({ id: this.message.id, event: this.message.event, data: this.message.lines.join("\n") });
        this.message = { lines: [] };
      } else if (!line.startsWith(":")) this.field(line);
    }
    return found;
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.message.lines.push(value);
    else if (name === "id") this.message.id = value;
    else if (name === "event") this.message.event = value;
  }
}

export interface Follow {
  url: string;
  /** The number of the last event we have; the stream goes on after it. */
  lastSeq: () => number;
  onEvents: (events: RunEvent[]) => void;
  /** True while the connection is lost and will be tried again. */
  onLost: (lost: boolean) => void;
  isOver: () => boolean;
  signal: AbortSignal;
  fetch?: typeof fetch;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const backoff = [250, 500, 1000, 2000, 4000, 8000];
/** A stream may end in good order while a run waits for a person; then it is asked again after this. */
const quietMs = 1500;

/** Follows until the run is over or the signal fires. Throws an HttpProblem where trying again cannot help (4xx). */
export async function follow(options: Follow): Promise<void> {
  const wait = options.wait ?? pause;
  const isDone = () => options.signal.aborted || options.isOver();
  let failures = 0;
  while (!isDone()) {
    let pauseMs = quietMs;
    try {
      await readOnce(options, () => { failures = 0; options.onLost(false); });
    } catch (error) {
      if (options.signal.aborted) return;
      if (error instanceof HttpProblem && error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429) throw error;
      options.onLost(true);
      pauseMs = backoff[Math.min(failures++, backoff.length - 1)]!;
    }
    if (!isDone()) await wait(pauseMs, options.signal);
  }
  options.onLost(false);
}

async function readOnce(options: Follow, onAlive: () => void): Promise<void> {
  const last = options.lastSeq();
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (last > 0) headers["Last-Event-ID"] = String(last);
  const response = await (options.fetch ?? fetch)(options.url, { headers, signal: options.signal, credentials: "same-origin", cache: "no-store" });
  if (!response.ok || !response.body) throw await problemOf(response);
  const parser = new SseParser();
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onAlive();
      const events = parser.feed(decoder.decode(value, { stream: true })).flatMap(toEvent);
      if (events.length) options.onEvents(events);
      if (options.isOver()) return;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

function toEvent(message: SseMessage): RunEvent[] {
  try {
    const event = JSON.parse(message.data) as RunEvent;
    return event && typeof event === "object" && typeof event.type === "string" ? [event] : [];
  } catch { return []; }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => { clearTimeout(timer); signal.removeEventListener("abort", done); resolve(); };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

import { describe, expect, it } from "vitest";
import type { RunEvent } from "../src/contract";
import { HttpProblem } from "../src/run/problem";
import { emptyRun, isOver, reduceAll, resumeAfter } from "../src/run/runModel";
import { follow, SseParser } from "../src/run/sse";

const text = (...events: RunEvent[]) => events.map(e => `${e.seq ? `id: ${e.seq}\n` : ""}event: ${e.type}\ndata: ${JSON.stringify(e)}\n\n`).join("");
const event = (type: RunEvent["type"], more: Partial<RunEvent> = {}): RunEvent => ({ type, time: "2026-01-01T00:00:00Z", runId: "r", ...more });
const answer = (body: string) => new Response(body, { headers: { "content-type": "text/event-stream" } });

// A connection that breaks after its text.
const broken = (body: string) => new Response(new ReadableStream({
  start: controller => controller.enqueue(new TextEncoder().encode(body)), pull: controller => controller.error(new TypeError("network")) }));

async function watch(responses: (() => Response)[]) {
  let model = emptyRun("r");
  const asked: (string | null)[] = [];
  const waits: number[] = [];
  const lost: boolean[] = [];
  await follow({
    url: "/events", lastSeq: () => resumeAfter(model), isOver: () => isOver(model.state), signal: new AbortController().signal,
    onEvents: events => { model = reduceAll(model, events); }, onLost: value => { lost.push(value); },
    fetch: (_, init) => { asked.push(new Headers(init?.headers).get("Last-Event-ID")); return Promise.resolve(responses.shift()!()); },
    wait: ms => { waits.push(ms); return Promise.resolve(); },
  });
  return { model, asked, waits, lost };
}

describe("SseParser", () => {
  it("puts pieces together, wherever they were cut", () => {
    const whole = ": hello\r\nid: 7\r\nevent: step.token\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\ndata: x\n\n";
    for (let cut = 0; cut <= whole.length; cut++) {
      const parser = new SseParser();
      const messages = [...parser.feed(whole.slice(0, cut)), ...parser.feed(whole.slice(cut))];
      expect(messages, `cut at ${cut}`).toEqual([{ id: "7", event: "step.token", data: "{\"a\":\n1}" }, { id: undefined, event: undefined, data: "x" }]);
    }
  });
});

describe("follow", () => {
  it("goes on after the last number when the connection breaks", async () => {
    const first = [event("run.started", { seq: 1 }), event("step.started", { seq: 2, step: "a" })];
    const { model, asked, waits, lost } = await watch([
      () => broken(text(...first)),
      () => new Response(null, { status: 502 }),
      () => answer(text(first[1]!, event("step.completed", { seq: 3, step: "a" }), event("run.completed", { seq: 4 }))),
    ]);
    expect(asked).toEqual([null, "1", "1"]); // before the start of the step that still runs
    expect(waits).toEqual([250, 500]);
    expect(lost).toContain(true);
    expect(model.state).toBe("completed");
    expect(lost.at(-1)).toBe(false);
  });

  it("asks again quietly where a stream ended in good order", async () => {
    const { waits, lost } = await watch([
      () => answer(text(event("run.started", { seq: 1 }), event("run.waiting", { seq: 2 }))), () => answer(text(event("run.completed", { seq: 3 })))]);
    expect(waits).toEqual([1500]);
    expect(lost).not.toContain(true);
  });

  it("gives up where the server says no", async () => {
    const body = JSON.stringify({ title: "No such run", detail: "The run was deleted." });
    await expect(watch([() => new Response(body, { status: 404 })])).rejects.toMatchObject({ status: 404, title: "No such run", detail: "The run was deleted." } satisfies Partial<HttpProblem>);
  });
});

// A made-up run for the development page: the sample's upper path, with an agent that calls a tool.
import { playTask } from "./task.mjs";

const runs = new Map();

export function start(flow, request) {
  if (request.input?.topic === "refuse") {
    return { status: 422, title: "The flow has errors", detail: "It was not started.", problems: [{ code: "slot.unbound", severity: "error", nodeId: "shorten", path: "settings.model", message: "The slot model is not bound.", fix: "Choose a model." }] };
  }
  const id = crypto.randomUUID();
  const run = { id, input: request.input ?? {}, startedAt: new Date().toISOString(), state: "running", log: [], listeners: new Set(), texts: new Map() };
  runs.set(id, run);
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  if (flow === "task") void playTask({ run, wait, add: (event) => add(run, event), decision: () => new Promise((done) => { run.decide = done; }) });
  else void play(run);
  return { runId: id };
}

export function answer(id, { decision, comment }) {
  runs.get(id)?.decide?.({ decision, comment, by: "mk@example.org" });
  return {};
}

export const row = (id) => {
  const run = runs.get(id);
  return run && { id, flowId: "sample", version: "draft", state: run.state, startedAt: run.startedAt, input: run.input, output: run.output, usage: run.usage ?? noUsage };
};

export function cancel(id) {
  const run = runs.get(id);
  if (run?.state === "running") { run.state = "cancelled"; add(run, { type: "run.cancelled" }); }
  return {};
}

export function events(id, response, after) {
  const run = runs.get(id);
  if (!run) { response.statusCode = 404; return response.end(); }
  response.setHeader("content-type", "text/event-stream");
  const send = (event) => response.write(`${event.seq === undefined ? "" : `id: ${event.seq}\n`}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  run.log.filter((event) => event.seq > after).forEach(send);
  for (const event of run.texts.values()) send(event);
  run.listeners.add(send);
  response.on("close", () => run.listeners.delete(send));
}

const noUsage = { inputTokens: 0, outputTokens: 0, cost: 0, modelCalls: 0 };

function add(run, event) {
  const live = event.type === "step.token" || event.type === "step.progress";
  const full = { ...(live ? {} : { seq: run.log.length + 1 }), time: new Date().toISOString(), runId: run.id, ...event };
  if (!live) run.log.push(full);
  if (event.type.startsWith("run.") && event.type !== "run.started") run.state = event.type.slice(4);
  // Whoever comes late gets the text so far.
  if (event.type === "step.token") run.texts.set(event.step, { ...full, data: { ...event.data, offset: 0, text: (run.texts.get(event.step)?.data.text ?? "").slice(0, event.data.offset) + event.data.text } });
  for (const send of run.listeners) send(full);
}

async function play(run) {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const step = async (path, ms, inputs, outputs, more = {}) => {
    add(run, { type: "step.ready", step: path });
    add(run, { type: "step.started", step: path, attempt: 1, data: { inputs } });
    await wait(ms);
    add(run, { type: "step.completed", step: path, attempt: 1, data: { outputs, port: "out", durationMs: ms, usage: noUsage, ...more } });
  };
  add(run, { type: "run.started", data: { input: run.input } });
  await wait(200);
  await step("start", 1, {}, run.input);
  await step("guard", 60, {}, {});
  await step("search", 180, { query: run.input.question ?? "" }, { chunks: [{ id: "c1", title: "Leave", text: "Up to five days move to the next year." }] });
  add(run, { type: "step.ready", step: "tickets" });
  add(run, { type: "step.started", step: "tickets", attempt: 1, data: { inputs: {} } });
  const turn = { inputTokens: 206, outputTokens: 40, cost: 0.0003, modelCalls: 1 };
  await step("tickets/turn#1", 400, {}, { text: "", calls: [{ id: "call_1_1", tool: "ticket_search", arguments: { query: "carry over" } }] }, { usage: turn });
  await step("tickets/turn#1/call#1", 600, { query: "carry over" }, { tickets: 2 });
  const text = "Up to five days move to the next year and must be taken by 31 March [1].";
  add(run, { type: "step.started", step: "tickets/turn#2", attempt: 1 });
  for (let at = 0; at < text.length && run.state === "running"; at += 4) {
    add(run, { type: "step.token", step: "tickets", data: { offset: at, text: text.slice(at, at + 4), answerNode: "answer" } });
    await wait(40);
  }
  if (run.state !== "running") return;
  add(run, { type: "step.completed", step: "tickets/turn#2", attempt: 1, data: { durationMs: 700, usage: turn } });
  add(run, { type: "step.completed", step: "tickets", attempt: 1, data: { outputs: { text }, port: "out", durationMs: 1800, usage: { ...turn, modelCalls: 2 } } });
  await step("answer", 2, { text }, { text });
  run.state = "completed";
  run.usage = { inputTokens: 412, outputTokens: 80, cost: 0.0006, modelCalls: 2 };
  run.output = { text, citations: [{ n: 1, chunkId: "c1", title: "Leave", page: 3 }] };
  add(run, { type: "run.completed", data: { output: run.output, usage: run.usage } });
}

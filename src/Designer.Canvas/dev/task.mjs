// A task flow for the development page: inputs of several types, a loop, a retry, a person who is asked, named outputs.
const node = (id, type, name, x, y, settings = {}, more = {}) => ({ id, type, typeVersion: 1, name, position: { x, y }, settings, ...more });
const edge = (id, from, to) => ({ id, from, to });

export const taskDocument = {
  schema: "designer.flow/1", id: "0198f2c4-0000-7000-8000-000000000002", name: "Summarise reports", description: "Reads reports and asks before it sends.", mode: "task", variables: [],
  nodes: [
    node("start", "start", "Start", 0, 0, { inputs: [
      { name: "topic", type: "string", required: true, description: "What the summary is about." }, { name: "limit", type: "integer", default: 3 }, { name: "urgent", type: "boolean" },
      { name: "tags", type: "array<string>", description: "A JSON list." }] }),
    node("fetch", "tool.http", "Fetch reports", 240, 0, { method: "GET", url: "https://reports.example/{{ start.topic }}?n={{ start.limit }}" }, { retry: { attempts: 3, backoff: "exponential", delay: "1s" }, timeout: "10s" }),
    node("each", "logic.forEach", "Each report", 480, 0, { items: "{{ fetch.body }}", concurrency: 2, collect: "{{ shorten.text }}" }, {
      children: { nodes: [node("shorten", "model.chat", "Shorten", 24, 16, { model: "@slot:model", prompt: "Shorten:\n{{ each.item.text }}" })], edges: [] } }),
    node("check", "logic.if", "Anything left?", 800, 0, { condition: [{ left: "{{ each.results | size }}", operator: "greater", right: 0 }, { left: "{{ start.urgent }}", operator: "isTrue" }] }),
    node("approve", "human.approve", "Ask a person", 1040, 0, { title: "Send this summary?", decisions: ["approve", "reject"] }),
    node("answer", "answer", "Answer", 1280, 0, { text: "{{ each.results | join: '\\n' }}" }), node("nothing", "answer", "Nothing", 1040, 160, { text: "There is nothing about {{ start.topic }}." }),
  ],
  edges: [edge("e1", "start:out", "fetch:in"), edge("e2", "fetch:out", "each:in"), edge("e3", "each:out", "check:in"), edge("e4", "check:true", "approve:in"), edge("e5", "check:false", "nothing:in"),
    edge("e6", "approve:approve", "answer:in")],
  slots: { model: { kind: "model", needs: ["chat"] } },
};
export const taskProblems = [
  { code: "port.open", severity: "warning", nodeId: "approve", path: "settings.decisions[1]", message: "Nothing happens after “reject”.", fix: "Connect the port or remove the decision." },
];

const usage = { inputTokens: 320, outputTokens: 60, cost: 0.00042, modelCalls: 1 };
const markdown = "## Summary\n\nThree reports were read:\n\n1. **Sales** rose by 4 % [1]\n2. *Support* had `12` open tickets [2]\n\n| Team | Tickets |\n|---|---|\n| North | 7 |\n| South | 5 |\n\n> More at https://reports.example/all.";

/** Plays the run of the flow above; topic "fail" fails, topic "refuse" is refused. */
export async function playTask({ add, wait, run, decision }) {
  const step = async (path, ms, inputs, outputs, more = {}) => {
    add({ type: "step.ready", step: path });
    add({ type: "step.started", step: path, attempt: 1, data: { inputs } });
    await wait(ms);
    add({ type: "step.completed", step: path, attempt: 1, data: { outputs, port: "out", durationMs: ms, ...more } });
  };
  add({ type: "run.started", data: { input: run.input } });
  await step("start", 1, {}, run.input);
  add({ type: "step.started", step: "fetch", attempt: 1, data: { inputs: { url: `https://reports.example/${run.input.topic}` } } });
  await wait(120);
  add({ type: "step.retrying", step: "fetch", attempt: 1, data: { error: { code: "http.503", message: "The server is busy (503)." }, delayMs: 200 } });
  await wait(200);
  add({ type: "step.started", step: "fetch", attempt: 2 });
  await wait(100);
  if (run.input.topic === "fail") {
    const error = { code: "http.404", message: "https://reports.example/fail answered 404 Not Found." };
    add({ type: "step.failed", step: "fetch", attempt: 2, data: { error, durationMs: 420 } });
    return add({ type: "run.failed", data: { error } });
  }
  add({ type: "step.completed", step: "fetch", attempt: 2, data: { outputs: { body: [{ text: "Sales rose by 4 %." }, { text: "12 open tickets." }, { text: "Nothing new." }] }, durationMs: 420, port: "out" } });
  add({ type: "step.started", step: "each", attempt: 1, data: { inputs: { items: 3 } } });
  await Promise.all([1, 2, 3].map(async n => {
    await wait(n === 3 ? 320 : 20 * n);
    await step(`each#${n}/shorten`, 200 + 60 * n, { prompt: `Shorten report ${n}` }, { text: `Report ${n} in short.` }, { usage, cached: n === 2 });
  }));
  add({ type: "step.completed", step: "each", attempt: 1, data: { outputs: { results: ["Report 1 in short.", "Report 2 in short.", "Report 3 in short."] }, durationMs: 800, port: "out" } });
  await step("check", 1, {}, { result: true }, { port: "true" });
  add({ type: "step.skipped", step: "nothing" });
  add({ type: "step.started", step: "approve", attempt: 1, data: { inputs: {} } });
  add({ type: "step.waiting", step: "approve", attempt: 1, data: { form: { title: "Send this summary?", text: "It goes to **12 people**.", decisions: ["approve", "reject"], deadline: new Date(Date.now() + 86_400_000).toISOString() } } });
  add({ type: "run.waiting" });
  const answer = await decision();
  add({ type: "step.resumed", step: "approve", attempt: 1, data: { answer } });
  add({ type: "step.completed", step: "approve", attempt: 1, data: { outputs: { decision: answer.decision, comment: answer.comment ?? null }, port: answer.decision } });
  await step("answer", 3, {}, { text: markdown, citations: [] });
  add({ type: "run.completed", data: {
    output: { text: markdown, citations: [{ n: 1, chunkId: "c1", title: "Sales in October", page: 4, quote: "Sales rose by 4 % against the month before." }, { n: 2, chunkId: "c2", title: "Support log" }], count: 3, decision: answer.decision },
    usage: { inputTokens: 960, outputTokens: 180, cost: 0.00126, modelCalls: 3 } } });
}

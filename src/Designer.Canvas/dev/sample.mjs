// A flow that shows everything the canvas can draw, and the node types it needs.
const setting = (name, widget = "text", more = {}) => ({
  name, label: name[0].toUpperCase() + name.slice(1), kind: widget === "number" || widget === "slider" ? "number" : widget === "toggle" ? "boolean" : widget === "rows" ? "list" : "string",
  widget, required: false, isTemplate: widget === "text" || widget === "textArea", ...more,
});
const into = { name: "in", kind: "in", label: "in" };
const out = (name = "out", label = name) => ({ name, kind: "out", label });
const attachment = (name) => ({ name, kind: "attachment", label: name });
const type = (type, group, icon, name, description, summary, more = {}) => ({
  type, version: 1, name, group, icon, description, summary, settings: [], outputs: [], ports: [into, out()],
  isEffect: false, isContainer: false, isAttachable: false, ...more,
});

export const nodeTypes = [
  type("start", "start", "play", "Start", "Where a run begins, with its inputs.", "{inputs}", {
    settings: [setting("inputs", "rows", { fields: [setting("name"), setting("type", "select", { options: ["string", "number", "boolean", "file"] })] })],
    outputsFrom: { setting: "inputs" }, ports: [out()],
  }),
  type("model.chat", "models", "message-square", "Ask a model", "Sends messages to a chat model and streams its answer.", "{model} · {prompt}", {
    settings: [setting("model", "slot", { slotKind: "model", required: true }), setting("prompt", "textArea", { required: true }),
      setting("temperature", "slider", { min: 0, max: 2, default: 0.2 })],
    outputs: [{ name: "text", type: "string", label: "Text" }], isEffect: true,
  }),
  type("model.classify", "models", "tags", "Classify", "Sorts a text into one of several classes; each class is a port.", "{model}", {
    settings: [setting("model", "slot", { slotKind: "model" }), setting("text", "textArea"), setting("classes", "rows", { fields: [setting("name"), setting("description")] })],
    portsFrom: { setting: "classes", prefix: "case:", field: "name" }, ports: [into, out("other", "other")], isEffect: true,
  }),
  type("model.embed", "models", "binary", "Embed text", "Turns a text into a vector.", "{model}", { settings: [setting("model", "slot", { slotKind: "model" })] }),
  type("knowledge.search", "knowledge", "search", "Search knowledge", "Finds the passages of a knowledge base that fit a question.", "{knowledgeBase} · {mode} · top {topK}", {
    settings: [setting("knowledgeBase", "slot", { slotKind: "knowledgeBase", required: true }), setting("query", "text", { required: true }),
      setting("mode", "select", { options: ["hybrid", "text", "vector"], default: "hybrid" }), setting("topK", "number", { min: 1, max: 50, default: 6 })],
    outputs: [{ name: "chunks", type: "array<chunk>", label: "Chunks" }], isAttachable: true, ports: [into, out(), { name: "tool", kind: "tool", label: "tool" }],
  }),
  type("knowledge.rerank", "knowledge", "list-filter", "Rerank", "Puts passages in a better order with a rerank model.", "top {topK}", { settings: [setting("topK", "number", { default: 3 })] }),
  type("agent.assistant", "agents", "bot", "Assistant", "Decides which tools to call, within limits.", "assistant · up to {maxSteps} steps", {
    settings: [setting("model", "slot", { slotKind: "model", required: true }), setting("goal", "textArea", { required: true }), setting("maxSteps", "number", { default: 6 })],
    outputs: [{ name: "text", type: "string", label: "Text" }], ports: [into, out(), attachment("tools"), attachment("knowledge"), attachment("memory")], isEffect: true,
  }),
  type("logic.if", "logic", "split", "If", "Goes on by one of two ports.", "{condition}", {
    settings: [setting("condition", "conditions")], ports: [into, out("true"), out("false")],
  }),
  type("logic.forEach", "logic", "repeat", "For each", "Runs its body once for each item of a list.", "{items} · {concurrency} at a time", {
    settings: [setting("items", "reference", { required: true, isTemplate: true }), setting("concurrency", "number", { default: 4 }), setting("collect", "text", { isDeferred: true })],
    outputs: [{ name: "results", type: "array<any>", label: "Results" }], isContainer: true, bodyNames: { each: { item: "any", index: "integer" } },
  }),
  type("data.template", "data", "braces", "Write text", "Makes a text from a template.", "{text}", {
    settings: [setting("text", "textArea", { required: true })], outputs: [{ name: "text", type: "string", label: "Text" }], isAttachable: true,
  }),
  type("data.set", "data", "variable", "Set variable", "Writes a variable of the flow.", "{name} = {value}", { settings: [setting("name"), setting("value")] }),
  type("tool.http", "tools", "globe", "Call a web address", "Sends an HTTP request.", "{method} {url}", {
    settings: [setting("method", "select", { options: ["GET", "POST"], default: "GET" }), setting("url", "text", { required: true })],
    outputs: [{ name: "body", type: "any", label: "Body" }], isEffect: true, isAttachable: true,
  }),
  type("tool.mcp", "tools", "plug", "MCP tool", "Calls a tool of an MCP server.", "MCP · {server}", {
    settings: [setting("server", "slot", { slotKind: "mcpServer", required: true })], isEffect: true, isAttachable: true,
  }),
  type("tool.email", "tools", "mail", "Send e-mail", "Sends an e-mail; may ask a person first.", "{approval}", {
    settings: [setting("approval", "select", { options: ["needs approval", "no approval"], default: "needs approval" })], isEffect: true, isAttachable: true,
  }),
  type("safety.guard", "safety", "shield-check", "Guard", "Looks for attacks and personal data.", "{checks}", {
    settings: [setting("checks", "rows", { kind: "list" })], ports: [into, out(), out("blocked")],
  }),
  type("human.approve", "human", "user-check", "Ask a person", "Waits for a decision.", "{title}", {
    settings: [setting("title"), setting("decisions", "rows", { default: ["approve", "reject"] })], portsFrom: { setting: "decisions", prefix: "" }, ports: [into, out("timeout")],
  }),
  type("answer", "output", "message-square-text", "Answer", "Speaks to the caller.", "{text}", { settings: [setting("text", "textArea", { required: true })], ports: [into] }),
];

const node = (id, type, name, x, y, settings = {}, more = {}) => ({ id, type, typeVersion: 1, name, position: { x, y }, settings, ...more });
const edge = (id, from, to) => ({ id, from, to });

export const document = {
  schema: "designer.flow/1", id: "0198f2c4-0000-7000-8000-000000000001", name: "Ask the handbook", description: "Answers from the handbook, with citations.", mode: "chat",
  variables: [{ name: "tone", type: "string", default: "friendly", scope: "conversation" }],
  nodes: [
    node("start", "start", "Start", 0, 0, { inputs: [{ name: "question", type: "string" }] }),
    node("guard", "safety.guard", "Guard", 240, 0, { checks: ["injection", "personal data"] }),
    node("search", "knowledge.search", "Search", 480, 0, { knowledgeBase: "@slot:handbook", query: "{{ start.question }}", mode: "hybrid", topK: 6 },
      { timeout: "10s", retry: { attempts: 3, backoff: "exponential" }, onError: { mode: "branch" } }),
    node("tickets", "agent.assistant", "Tickets", 720, 0, { model: "@slot:model", goal: "Answer {{ start.question }} from {{ search.chunks | context }}.", maxSteps: 6 }),
    node("answer", "answer", "Answer", 984, 0, { text: "{{ tickets.text }}" }),
    node("decline", "answer", "Decline", 480, 176, { text: "I can’t help with that." }),
    node("ticket_search", "tool.mcp", "Ticket search", 672, 176, { server: "@slot:helpdesk" }, { group: "g1" }),
    node("send_email", "tool.email", "Send e-mail", 888, 176, { approval: "needs approval" }, { group: "g1" }),
    node("kind", "model.classify", "Kind of question", 0, 320, { model: "@slot:model", text: "{{ start.question }}", classes: [{ name: "leave" }, { name: "travel" }] }),
    node("each_chunk", "logic.forEach", "For each passage", 264, 320, { items: "{{ search.chunks }}", concurrency: 4, collect: "{{ shorten.text }}" }, {
      children: {
        nodes: [
          node("shorten", "model.chat", "Shorten", 0, 8, { model: "@slot:model", prompt: "Shorten {{ each.item.text }}" }),
          node("keep", "data.template", "Keep", 240, 8, { text: "{{ shorten.text }}" }),
        ],
        edges: [edge("e20", "shorten:out", "keep:in")],
      },
    }),
    node("approve", "human.approve", "Check the answer", 792, 320, { title: "Send this answer?", decisions: ["approve", "reject"] }),
    node("old", "lab.unknown", "From a newer build", 1056, 320, { a: 1 }, { disabled: true }),
  ],
  edges: [
    edge("e1", "start:out", "guard:in"), edge("e2", "guard:out", "search:in"), edge("e3", "search:out", "tickets:in"), edge("e4", "tickets:out", "answer:in"),
    edge("e5", "guard:blocked", "decline:in"), edge("e6", "tickets:tools", "ticket_search:tool"), edge("e7", "tickets:tools", "send_email:tool"),
    edge("e8", "kind:case:leave", "each_chunk:in"), edge("e9", "each_chunk:out", "approve:in"), edge("e10", "approve:approve", "old:in"),
  ],
  slots: { model: { kind: "model", needs: ["chat"] }, handbook: { kind: "knowledgeBase" }, helpdesk: { kind: "mcpServer" } },
  notes: [{ id: "n1", text: "The upper path answers; the lower one is being built.", position: { x: 0, y: 176 }, size: { w: 240, h: 80 } }],
  groups: [{ id: "g1", title: "Tools that act outside", colour: "violet" }],
};

/** Rows of 20 nodes, each row a chain: what the canvas must still move smoothly. */
export const largeDocument = (count) => {
  const kinds = [["model.chat", { prompt: "Shorten {{ start.question }}" }], ["knowledge.search", { query: "{{ start.question }}" }], ["data.template", { text: "Text" }], ["safety.guard", { checks: ["injection"] }]];
  const nodes = [node("start", "start", "Start", 0, 0, {})];
  const edges = [];
  for (let i = 1; i < count; i++) {
    const [type, settings] = kinds[i % kinds.length];
    nodes.push(node(`n${i}`, type, `Step ${i}`, (i % 20) * 256, Math.floor(i / 20) * 128, settings));
    edges.push(edge(`e${i}`, i % 20 === 0 ? "start:out" : `${i === 1 ? "start" : `n${i - 1}`}:out`, `n${i}:in`));
  }
  return { ...document, name: "A large flow", nodes, edges, notes: [], slots: {} };
};

export const problems = [
  { code: "tool.approval", severity: "warning", nodeId: "send_email", message: "Send e-mail acts outside, and its text may come from untrusted documents.", fix: "Ask a person first." },
  { code: "node.unknownType", severity: "error", nodeId: "old", message: "This build does not know the node type lab.unknown." },
  { code: "slot.unbound", severity: "error", nodeId: "ticket_search", path: "settings.server", message: "The slot helpdesk is not bound." },
  { code: "node.unreachable", severity: "warning", nodeId: "kind", message: "Nothing leads here, so it never runs." },
];
export const options = {
  model: [{ value: "local/qwen3-8b", label: "qwen3-8b", note: "GPU 0 · warm" }, { value: "openai/gpt", label: "gpt", note: "OpenAI" }],
  knowledgeBase: [{ value: "kb1", label: "Handbook", note: "412 documents" }], mcpServer: [{ value: "m1", label: "Helpdesk" }],
};

// An OpenAI-compatible door in front of a real llama.cpp. node serve.mjs MODEL.gguf prints its address and serves until it is killed.
import { createServer } from "node:http";
import { getLlama, LlamaCompletion } from "node-llama-cpp";

// One thread: on a busy machine several would only wait for each other.
const llama = await getLlama({ gpu: false, build: "never", logLevel: "error", maxThreads: 1 });
const model = await llama.loadModel({ modelPath: process.argv[2] });
const name = "stories";

createServer(async (request, response) => {
  try {
    if (request.url === "/v1/models") return json(response, { object: "list", data: [{ id: name, object: "model" }] });
    if (request.url !== "/v1/chat/completions") return json(response, { error: { message: `Nothing is at ${request.url}.` } }, 404);
    await complete(await read(request), response);
  } catch (error) {
    json(response, { error: { message: String(error) } }, 500);
  }
}).listen(0, "127.0.0.1", function () { console.log(`http://127.0.0.1:${this.address().port}/v1`); });

/** The model tells stories and knows no chat format, so the user's last words are what it goes on with. */
async function complete(body, response) {
  const prompt = body.messages.at(-1).content;
  const context = await model.createContext({ contextSize: 256 });
  const sequence = context.getSequence();
  const completion = new LlamaCompletion({ contextSequence: sequence });
  const chunk = (delta, finish = null) => ({ id: "c", object: "chat.completion.chunk", created: 1, model: name, choices: [{ index: 0, delta, finish_reason: finish }] });
  const send = (data) => response.write(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
  if (body.stream) response.writeHead(200, { "content-type": "text/event-stream" });
  const { response: text, metadata } = await completion.generateCompletionWithMeta(prompt, {
    maxTokens: body.max_tokens ?? 60, temperature: body.temperature ?? 0,
    onTextChunk: (piece) => { if (body.stream) send(chunk({ content: piece })); },
  });
  const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter;
  const usage = { prompt_tokens: usedInputTokens, completion_tokens: usedOutputTokens, total_tokens: usedInputTokens + usedOutputTokens };
  const finish = metadata.stopReason === "maxTokens" ? "length" : "stop";
  await context.dispose();
  if (!body.stream) return json(response, { id: "c", object: "chat.completion", created: 1, model: name, choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: finish }], usage });
  send(chunk({}, finish));
  send({ id: "c", object: "chat.completion.chunk", created: 1, model: name, choices: [], usage });
  send("[DONE]");
  response.end();
}

async function read(request) {
  let text = "";
  for await (const part of request) text += part;
  return JSON.parse(text);
}

function json(response, value, status = 200) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

// Flows that are benchmarked: rows of twenty nodes, each row a chain that starts at the start node; they run as they are.
const columns = 20;
const step = { x: 256, y: 128 };

export function largeFlow(count) {
  const nodes = [{ id: "start", type: "start", typeVersion: 1, name: "Start", position: { x: 0, y: 0 }, settings: { inputs: [{ name: "text", type: "string" }] } }];
  const edges = [];
  let before = "start";
  for (let i = 1; i < count - 1; i++) {
    if (i % columns === 0) before = "start";
    nodes.push({ id: `n${i}`, type: "data.template", typeVersion: 1, name: `Step ${i}`, position: { x: (i % columns) * step.x, y: Math.floor(i / columns) * step.y }, settings: { text: `{{ start.text }} ${i}` } });
    edges.push({ id: `e${i}`, from: `${before}:out`, to: `n${i}:in` });
    before = `n${i}`;
  }
  const i = count - 1;
  nodes.push({ id: "answer", type: "answer", typeVersion: 1, name: "Answer", position: { x: (i % columns) * step.x, y: Math.floor(i / columns) * step.y }, settings: { text: `{{ ${before}.text }}` } });
  edges.push({ id: `e${i}`, from: `${before}:out`, to: "answer:in" });
  return { schema: "designer.flow/1", name: `Benchmark ${count}`, mode: "task", nodes, edges };
}

// The floor: React Flow alone, with its own plain nodes and edges, at the same places.
import { Background, MiniMap, ReactFlow, applyNodeChanges } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useState } from "react";
import { createRoot } from "react-dom/client";

function Bare({ flow }) {
  const [nodes, setNodes] = useState(() => flow.nodes.map(({ id, name, position }) => ({ id, position, data: { label: name }, width: 176, height: 60, sourcePosition: "right", targetPosition: "left" })));
  const [edges] = useState(() => flow.edges.map(({ id, from, to }) => ({ id, source: from.split(":")[0], target: to.split(":")[0] })));
  return (
    <ReactFlow nodes={nodes} edges={edges} onNodesChange={(changes) => setNodes((before) => applyNodeChanges(changes, before))} minZoom={0.02} onlyRenderVisibleElements onInit={(flow) => { window.flow = flow; }}>
      <Background /><MiniMap />
    </ReactFlow>
  );
}

const flow = await (await fetch(`/flow?count=${new URLSearchParams(location.search).get("count")}`)).json();
window.mountedAt = performance.now();
createRoot(document.querySelector("#root")).render(<Bare flow={flow} />);

import { ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";
import { findNode } from "../kernel/document";
import { absoluteBox } from "../kernel/face";
import { referencedNodes } from "../kernel/references";
import { useEditor } from "../store";

/** Where a node's values come from: thin dotted lines from the nodes that its settings reference. */
export function ReferenceLines({ nodeId }: { nodeId: string | undefined }) {
  const document = useEditor((view) => view.document);
  const types = useEditor((view) => view.nodeTypes);
  const lines = useMemo(() => {
    const node = nodeId === undefined ? undefined : findNode(document, nodeId);
    if (!node) return [];
    const to = absoluteBox(document, node.id, types);
    return referencedNodes(document, node).map((id) => {
      const from = absoluteBox(document, id, types);
      const a = { x: from.x + from.width / 2, y: from.y };
      const b = { x: to.x + to.width / 2, y: to.y };
      const lift = Math.min(a.y, b.y) - Math.min(72, 24 + Math.abs(a.x - b.x) / 12);
      return { id, path: `M${a.x} ${a.y}C${a.x} ${lift} ${b.x} ${lift} ${b.x} ${b.y}` };
    });
  }, [document, types, nodeId]);
  if (lines.length === 0) return null;
  return (
    <ViewportPortal>
      <svg className="reference-lines" aria-hidden="true">{lines.map((line) => <path key={line.id} d={line.path} />)}</svg>
    </ViewportPortal>
  );
}

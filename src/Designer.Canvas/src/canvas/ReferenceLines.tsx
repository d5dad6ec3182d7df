import { ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";
import { findNode } from "../kernel/document";
import { shownBox } from "../kernel/groups";
import { referencedNodes, usagesIn } from "../kernel/references";
import { useEditor } from "../store";

/** A start node's input may be used by hundreds; so many lines show nothing. */
const mostUsers = 40;

/** Which values a node uses and where its own are used: thin dotted lines to it, and fainter ones from it. */
export function ReferenceLines({ nodeId }: { nodeId: string | undefined }) {
  const document = useEditor((view) => view.document);
  const types = useEditor((view) => view.nodeTypes);
  const lines = useMemo(() => {
    const node = nodeId === undefined ? undefined : findNode(document, nodeId);
    if (!node) return [];
    const arc = (source: string, target: string): string => {
      const [from, to] = [shownBox(document, source, types), shownBox(document, target, types)];
      const a = { x: from.x + from.width / 2, y: from.y };
      const b = { x: to.x + to.width / 2, y: to.y };
      const lift = Math.min(a.y, b.y) - Math.min(72, 24 + Math.abs(a.x - b.x) / 12);
      return `M${a.x} ${a.y}C${a.x} ${lift} ${b.x} ${lift} ${b.x} ${b.y}`;
    };
    const users = [...new Set((usagesIn(document).get(node.id) ?? []).map((usage) => usage.nodeId))].slice(0, mostUsers);
    return [
      ...referencedNodes(document, node).map((id) => ({ id, direction: "uses", path: arc(id, node.id) })),
      ...users.map((id) => ({ id, direction: "used-by", path: arc(node.id, id) })),
    ];
  }, [document, types, nodeId]);
  if (lines.length === 0) return null;
  return (
    <ViewportPortal>
      <svg className="reference-lines" aria-hidden="true">{lines.map((line) => <path key={`${line.direction} ${line.id}`} className={line.direction} data-other={line.id} d={line.path} />)}</svg>
    </ViewportPortal>
  );
}

import { ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";
import { indexOf } from "../kernel/document";
import { useEditor } from "../store";
import type { CanvasNode } from "./flowNodes";

/** From far all edges are two paths, whatever their number: one for control, one for attachments. */
export function FarEdges({ nodes }: { nodes: CanvasNode[] }) {
  const document = useEditor((view) => view.document);
  const paths = useMemo(() => {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const at = (node: CanvasNode): { x: number; y: number } => {
      const parent = node.parentId === undefined ? undefined : byId.get(node.parentId);
      const origin = parent ? at(parent) : { x: 0, y: 0 };
      return { x: origin.x + node.position.x, y: origin.y + node.position.y };
    };
    let control = "";
    let attached = "";
    for (const { from, to } of indexOf(document).edges.values()) {
      const source = byId.get(from.node);
      const target = byId.get(to.node);
      if (!source || !target) continue;
      const [a, b] = [at(source), at(target)];
      const out = source.handles?.find((handle) => handle.id === from.port);
      const [x1, y1] = [a.x + (out ? out.x + 5 : source.width ?? 0), a.y + (out ? out.y + 5 : 24)];
      if (to.port === "tool") attached += `M${x1} ${y1}L${b.x + 28} ${b.y}`;
      else {
        const bend = Math.max(40, Math.abs(b.x - x1) / 2);
        control += `M${x1} ${y1}C${x1 + bend} ${y1} ${b.x - bend} ${b.y + 24} ${b.x} ${b.y + 24}`;
      }
    }
    return { control, attached };
  }, [document, nodes]);
  return (
    <ViewportPortal>
      <svg className="far-edges" aria-hidden="true"><path d={paths.control} /><path d={paths.attached} strokeDasharray="16 16" /></svg>
    </ViewportPortal>
  );
}

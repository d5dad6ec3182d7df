import { ViewportPortal } from "@xyflow/react";
import { findNode } from "../kernel/document";
import { absoluteBox } from "../kernel/face";
import { useEditor } from "../store";
import { strings } from "../strings";

/** Who else is at which node. */
export function Others() {
  const others = useEditor((view) => view.others);
  const document = useEditor((view) => view.document);
  const types = useEditor((view) => view.nodeTypes);
  const here = others.filter((other) => other.nodeId !== undefined && findNode(document, other.nodeId));
  if (here.length === 0) return null;
  return (
    <ViewportPortal>
      {here.map((other, i) => {
        const box = absoluteBox(document, other.nodeId!, types);
        const shift = 22 * here.slice(0, i).filter((o) => o.nodeId === other.nodeId).length;
        return (
          <span key={other.name} className="other" role="img" aria-label={strings.canvas.isHere(other.name)} title={strings.canvas.isHere(other.name)} data-testid={`other-${other.nodeId}`}
            style={{ background: other.colour, transform: `translate(${box.x + box.width - 14 - shift}px, ${box.y - 12}px)` }}>{other.initials}</span>
        );
      })}
    </ViewportPortal>
  );
}

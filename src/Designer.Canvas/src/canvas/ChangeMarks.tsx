import { ViewportPortal } from "@xyflow/react";
import type { ChangeKind } from "../kernel/compare";
import { indexOf } from "../kernel/document";
import { absoluteBox } from "../kernel/face";
import { useEditor } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";

const icons: Record<ChangeKind, string> = { added: "plus", removed: "minus", changed: "pencil", moved: "move" };

/** On each part that differs: an outline in the change's colour, and its icon, so that colour says nothing alone. */
export function ChangeMarks() {
  const marks = useEditor((view) => view.changes);
  const document = useEditor((view) => view.document);
  const types = useEditor((view) => view.nodeTypes);
  if (marks.size === 0) return null;
  const nodes = [...indexOf(document).nodes.keys()].map((id) => ({ key: `node ${id}`, box: () => absoluteBox(document, id, types) }));
  const notes = (document.notes ?? []).map((note) => ({ key: `note ${note.id}`, box: () => ({ ...note.position, width: note.size?.w ?? 240, height: note.size?.h ?? 120 }) }));
  return (
    <ViewportPortal>
      {[...notes, ...nodes].flatMap(({ key, box }) => {
        const kind = marks.get(key);
        if (!kind) return [];
        const at = box();
        return [
          <div key={key} className={`change change-${kind}`} style={{ transform: `translate(${at.x}px, ${at.y}px)`, width: at.width, height: at.height }} data-testid={`change-${key.replace(" ", "-")}`} data-change={kind}>
            <span className="change-mark" role="img" aria-label={strings.compare[kind]} title={strings.compare[kind]}><Icon name={icons[kind]} size={13} /></span>
          </div>,
        ];
      })}
    </ViewportPortal>
  );
}

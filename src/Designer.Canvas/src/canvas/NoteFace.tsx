import { NodeResizer, type NodeProps } from "@xyflow/react";
import { memo, useState } from "react";
import { useLeftField } from "../controls/useLeftField";
import { Markdown } from "../run/Markdown";
import { useEditor, useStore } from "../store";
import type { NoteNode } from "./flowNodes";
import { strings } from "../strings";

export const NoteFace = memo(function NoteFace({ data, selected }: NodeProps<NoteNode>) {
  const store = useStore();
  const canEdit = useEditor((view) => view.canEdit);
  const [editing, setEditing] = useState(data.note.text === "");
  const field = useLeftField((text) => { if (text !== data.note.text) store.commit([{ op: "setNote", note: { ...data.note, text } }], strings.steps.editNote); });
  return (
    <div className={`note${selected ? " selected" : ""}`} onDoubleClick={(event) => { event.stopPropagation(); if (canEdit) setEditing(true); }}>
      {canEdit && (
        <NodeResizer isVisible={selected} minWidth={96} minHeight={48} lineClassName="note-line" handleClassName="note-handle"
          onResizeEnd={(_, size) => store.commit([{ op: "setNote", note: { ...data.note, position: { x: Math.round(size.x), y: Math.round(size.y) }, size: { w: Math.round(size.width), h: Math.round(size.height) } } }], strings.steps.resizeNote)} />
      )}
      {editing && canEdit
        ? <textarea className="nodrag nopan nowheel" aria-label={strings.canvas.noteText} autoFocus defaultValue={data.note.text} placeholder={strings.canvas.notePlaceholder} onInput={(event) => field.typed(event.currentTarget.value)} onBlur={() => { field.flush(); setEditing(false); }}
            onKeyDown={(event) => { event.stopPropagation(); if (event.key === "Escape" && !event.nativeEvent.isComposing) event.currentTarget.blur(); }} />
        : <div className="note-text">{data.note.text ? <Markdown text={data.note.text} /> : <p className="quiet">{strings.canvas.emptyNote}</p>}</div>}
    </div>
  );
});

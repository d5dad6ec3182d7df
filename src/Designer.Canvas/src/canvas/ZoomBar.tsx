import { useReactFlow, useStore as useFlowStore } from "@xyflow/react";
import { useEditor, useStore } from "../store";
import { IconButton } from "../ui/IconButton";
import { tidy } from "./actions";

export function ZoomBar() {
  const store = useStore();
  const flow = useReactFlow();
  const zoom = useFlowStore((state) => Math.round(state.transform[2] * 100));
  const canEdit = useEditor((view) => view.canEdit);
  return (
    <div className="zoombar" role="toolbar" aria-label="View">
      <IconButton icon="minus" label="Zoom out" onClick={() => void flow.zoomOut({ duration: 150 })} />
      <button className="zoom-value" title="Zoom to 100 % (Ctrl 0)" aria-label={`Zoom ${zoom} %, set to 100 %`} onClick={() => void flow.zoomTo(1, { duration: 150 })}>{zoom}%</button>
      <IconButton icon="plus" label="Zoom in" onClick={() => void flow.zoomIn({ duration: 150 })} />
      <IconButton icon="maximize" label="Show everything (Ctrl 1)" onClick={() => store.fit()} />
      {canEdit && <IconButton icon="wand-sparkles" label="Tidy up (Alt Shift F)" onClick={() => tidy(store)} />}
      <IconButton icon="keyboard" label="Shortcuts (?)" onClick={() => store.set({ helpOpen: true })} />
    </div>
  );
}

import { useReactFlow, useStore as useFlowStore } from "@xyflow/react";
import { useEditor, useStore } from "../store";
import { IconButton } from "../ui/IconButton";
import { useNarrow } from "../ui/remember";
import { tidy } from "./tidy";
import { strings } from "../strings";

export function ZoomBar() {
  const store = useStore();
  const flow = useReactFlow();
  const zoom = useFlowStore((state) => Math.round(state.transform[2] * 100));
  const isReading = useNarrow();
  const mode = useEditor((view) => view.mode);
  const canEdit = useEditor((view) => view.canEdit) && !isReading;
  return (
    <div className="zoombar" role="toolbar" aria-label={strings.canvas.view}>
      <IconButton icon="minus" label={strings.canvas.zoomOut} onClick={() => void flow.zoomOut({ duration: 150 })} />
      <button className="zoom-value" title={strings.canvas.zoomTo100} aria-label={strings.canvas.zoomIs(zoom)} onClick={() => void flow.zoomTo(1, { duration: 150 })}>{zoom}%</button>
      <IconButton icon="plus" label={strings.canvas.zoomIn} onClick={() => void flow.zoomIn({ duration: 150 })} />
      <IconButton icon="maximize" label={strings.canvas.fit} onClick={() => store.fit()} />
      {!isReading && <IconButton icon="mouse-pointer-2" label={strings.canvas.modes.select} pressed={mode === "select"} onClick={() => store.setMode("select")} />}
      {!isReading && <IconButton icon="hand" label={strings.canvas.modes.pan} pressed={mode === "pan"} onClick={() => store.setMode("pan")} />}
      {canEdit && <IconButton icon="sticky-note" label={strings.canvas.modes.note} pressed={mode === "note"} onClick={() => store.setMode("note")} />}
      {canEdit && <IconButton icon="wand-sparkles" label={strings.canvas.tidy} onClick={() => void tidy(store)} />}
      {!isReading && <IconButton icon="keyboard" label={strings.canvas.shortcuts} onClick={() => store.set({ helpOpen: true })} />}
    </div>
  );
}

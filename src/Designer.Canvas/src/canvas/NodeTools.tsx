import { NodeToolbar, Position } from "@xyflow/react";
import { useContext } from "react";
import { canPin } from "../debug/debugger";
import { findNode, parentOf } from "../kernel/document";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { useNarrow } from "../ui/remember";
import { FarContext } from "./far";

/** Above the one selected node: what is done to it most often while a flow is built. */
export function NodeTools() {
  const store = useStore();
  const id = useEditor((view) => (view.selection.length === 1 && view.canRun && findNode(view.document, view.selection[0]!) ? view.selection[0] : undefined));
  const isTop = useEditor((view) => id !== undefined && parentOf(view.document, id) === undefined);
  const pinnable = useEditor((view) => id !== undefined && canPin(view.document, view.nodeTypes, id));
  const isPinned = useEditor((view) => id !== undefined && view.debugging.pins.has(id));
  const isFar = useContext(FarContext);
  const isNarrow = useNarrow();
  if (id === undefined || isFar || isNarrow || (!isTop && !pinnable)) return null;
  const run = (mode: "only" | "to") => () => {
    store.set({ runOpen: true });
    store.run?.({ node: id, mode });
  };
  const pin = isPinned ? strings.debug.unpin : strings.debug.pinLast;
  return (
    <NodeToolbar nodeId={id} isVisible position={Position.Top} align="end" offset={8} className="node-tools" role="toolbar" aria-label={strings.canvas.nodeTools} data-testid="node-tools">
      {isTop && <Tool icon="play" words={strings.inspector.runNode} act={run("only")} testId="tool-run" />}
      {isTop && <Tool icon="skip-forward" words={strings.inspector.runTo} act={run("to")} testId="tool-run-to" />}
      {pinnable && <Tool icon={isPinned ? "pin-off" : "pin"} words={`${pin} (P)`} act={() => void store.debug?.togglePin(id)} testId="tool-pin" />}
      <Tool icon="columns-3" words={strings.expanded.open} act={() => store.set({ expanded: true })} testId="tool-expand" />
    </NodeToolbar>
  );
}

function Tool({ icon, words, act, testId }: { icon: string; words: string; act: () => void; testId: string }) {
  return <button type="button" title={words} aria-label={words} onClick={act} data-testid={testId}><Icon name={icon} size={15} /></button>;
}

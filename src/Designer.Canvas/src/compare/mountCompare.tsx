// The canvas as a picture of what differs between two states of a flow: to be read, not to be changed.
import { ReactFlowProvider } from "@xyflow/react";
import { useRef } from "react";
import { createRoot } from "react-dom/client";
import { Canvas } from "../canvas/Canvas";
import type { CompareOptions, CompareState, CompareView } from "../contract";
import { compared } from "../kernel/compare";
import { EditorStore, StoreContext, useEditor } from "../store";
import { strings } from "../strings";

export function mountCompare(element: HTMLElement, options: CompareOptions): CompareView {
  const store = new EditorStore(options.flowId);
  const root = createRoot(element);
  root.render(<StoreContext value={store}><Compare /></StoreContext>);
  let selected: readonly string[] = [];
  const unsubscribe = store.subscribe(() => {
    const { selection } = store.state();
    if (selection === selected) return;
    selected = selection;
    if (selection.length === 1) void options.dotnet.invokeMethodAsync("SelectedAsync", selection[0]).catch(() => { /* the circuit is away; the picture stays */ });
  });
  void load(store, options);
  return {
    select: (nodeId) => {
      selected = [nodeId];
      store.select(selected);
      store.reveal(nodeId);
    },
    dispose: () => {
      unsubscribe();
      root.unmount();
    },
  };
}

async function load(store: EditorStore, options: CompareOptions): Promise<void> {
  try {
    const query = new URLSearchParams({ from: options.from, to: options.to });
    const response = await fetch(`${options.baseUrl ?? ""}/api/editor/flows/${options.flowId}/compare?${query}`, { credentials: "same-origin" });
    if (!response.ok) throw new Error(strings.compare.failed);
    const state = await response.json() as CompareState;
    const { document, marks } = compared(state.before, state.after, state.diff);
    store.load({ document, revision: 0, nodeTypes: state.nodeTypes, problems: [], bindings: {}, options: {}, canEdit: false, canRun: false, author: "", log: [] }, []);
    store.set({ changes: marks });
  } catch (error) {
    store.set({ status: "failed", failure: error instanceof Error ? error.message : String(error) });
  }
}

function Compare() {
  const root = useRef<HTMLDivElement>(null);
  const status = useEditor((view) => view.status);
  const failure = useEditor((view) => view.failure);
  return (
    <div className="dz dz-compare" ref={root} data-status={status}>
      {status === "failed" && <div className="failed" role="alert"><p>{failure}</p></div>}
      {status === "ready" && <ReactFlowProvider><main className="stage"><Canvas root={root} /></main></ReactFlowProvider>}
    </div>
  );
}

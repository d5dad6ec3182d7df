// The island's door. The host calls mount() with an element that it has given a size.
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { Bridge, BridgeContext } from "./bridge";
import type { DotNetReference, Editor, MountOptions } from "./contract";
import { Debugger } from "./debug/debugger";
import { TableContext } from "./debug/TableTab";
import { TableRuns } from "./debug/tableRuns";
import { RunStore } from "./run/runStore";
import { RunContext } from "./run/useRun";
import { EditorStore, StoreContext } from "./store";
import "./tokens.entry.css";
import "./app.css";

export { mountCompare } from "./compare/mountCompare";
export type { DotNetReference, Editor, MountOptions };

export function mount(element: HTMLElement, options: MountOptions): Editor {
  const store = new EditorStore(options.flowId);
  const bridge = new Bridge(store, options);
  const run = new RunStore(store, bridge);
  const debug = new Debugger(store, bridge, () => run.state().model);
  const table = new TableRuns(bridge, () => run.saved());
  const root = createRoot(element);
  root.render(<StoreContext value={store}><BridgeContext value={bridge}><RunContext value={run}><TableContext value={table}><App /></TableContext></RunContext></BridgeContext></StoreContext>);
  void bridge.load().then(() => bridge.loadPublished());
  return {
    applied: (command) => bridge.applied(command),
    others: (others) => store.set({ others }),
    checkpoint: () => store.checkpoint(),
    saveAll: () => bridge.saveAll(),
    published: () => void bridge.loadPublished(),
    bound: (result) => bridge.bound(result),
    select: (nodeId) => {
      store.select([nodeId]);
      store.reveal(nodeId);
    },
    openRun: () => store.set({ runOpen: true }),
    openProblems: () => store.set({ problemsOpen: true }),
    undo: () => store.undo(),
    redo: () => store.redo(),
    fit: () => store.fit(),
    document: () => store.state().document,
    dispose: () => {
      debug.dispose();
      run.dispose();
      bridge.dispose();
      root.unmount();
    },
  };
}

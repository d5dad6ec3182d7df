import { ReactFlowProvider } from "@xyflow/react";
import { useRef } from "react";
import { Canvas } from "./canvas/Canvas";
import { PinEditor } from "./debug/PinEditor";
import { Expanded } from "./inspector/Expanded";
import { Inspector } from "./inspector/Inspector";
import { Rail } from "./palette/Rail";
import { RunPanel } from "./run/RunPanel";
import { useEditor, useStore } from "./store";
import { useBridge } from "./bridge";
import { Help } from "./ui/Help";
import { Icon } from "./ui/Icon";
import { IconButton } from "./ui/IconButton";
import { Outline } from "./ui/Outline";
import { Problems } from "./ui/Problems";
import { Sized } from "./ui/Sized";
import { Toasts } from "./ui/Toasts";
import { strings } from "./strings";

export function App() {
  const root = useRef<HTMLDivElement>(null);
  const status = useEditor((view) => view.status);
  const saved = useEditor((view) => view.saved);
  return (
    <div className="dz" ref={root} data-status={status} data-saved={saved}>
      {status === "loading" && <Skeleton />}
      {status === "failed" && <Failed />}
      {status === "ready" && <ReactFlowProvider><Ready root={root} /></ReactFlowProvider>}
      <Toasts />
    </div>
  );
}

function Ready({ root }: { root: React.RefObject<HTMLDivElement | null> }) {
  const store = useStore();
  const runOpen = useEditor((view) => view.runOpen);
  const canEdit = useEditor((view) => view.canEdit);
  const inspectorOpen = useEditor((view) => view.inspectorOpen);
  const sheetOpen = useEditor((view) => view.sheetOpen);
  const expanded = useEditor((view) => view.expanded);
  return (
    <>
      <Rail />
      <main className="stage">
        <Canvas root={root} />
        {runOpen && <Sized name="drawer" className="drawer" edge="top" initial={224} least={120} label={strings.canvas.drawerHeight}><RunPanel /></Sized>}
        <Problems />
        <Outline />
        <button className="float-outline" aria-label={strings.canvas.outline} onClick={() => store.set({ outlineOpen: true })}><Icon name="layout-list" size={20} /></button>
        {canEdit && <button className="float-add" aria-label={strings.palette.addNode} onClick={() => store.set({ add: {} })}><Icon name="plus" size={20} /></button>}
        {!inspectorOpen && <IconButton className="show-inspector" icon="panel-right" label={strings.canvas.showSettings} onClick={() => store.openInspector()} />}
      </main>
      {(inspectorOpen || sheetOpen) && !expanded && (
        <Sized name="inspector" className={`side${sheetOpen ? " sheet-open" : ""}`} edge="left" initial={324} least={280} label={strings.canvas.settingsWidth}>
          <IconButton className="side-close" icon="x" label={strings.canvas.closeSettings} onClick={() => store.closeInspector()} />
          <Inspector />
        </Sized>
      )}
      <Expanded />
      <Help />
      <PinEditor />
    </>
  );
}

const Skeleton = () => (
  <div className="skeleton" role="status" aria-label={strings.canvas.loading}>{[0, 1, 2, 3].map((i) => <span key={i} style={{ left: 120 + i * 240 }} />)}</div>
);

function Failed() {
  const bridge = useBridge();
  const failure = useEditor((view) => view.failure);
  return (
    <div className="failed" role="alert"><Icon name="cloud-off" size={28} /><p>{strings.canvas.failed(failure ?? "")}</p><button className="button" onClick={() => void bridge.load()}>{strings.canvas.tryAgain}</button></div>
  );
}

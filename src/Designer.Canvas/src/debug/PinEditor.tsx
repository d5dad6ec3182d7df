import { useEffect, useRef, useState } from "react";
import type { Json } from "../contract";
import { findNode } from "../kernel/document";
import { portsOf } from "../kernel/ports";
import { HttpProblem } from "../run/problem";
import { useRun } from "../run/useRun";
import { Select } from "../controls/Select";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { IconButton } from "../ui/IconButton";
import { lastPin, skeleton } from "./debugger";
import "./debug.css";

/** Edits what a node is pinned to, as JSON; the host says what does not fit. */
export function PinEditor() {
  const nodeId = useEditor((view) => view.pinEditing);
  return nodeId === undefined ? null : <PinDialog key={nodeId} nodeId={nodeId} />;
}

function PinDialog({ nodeId }: { nodeId: string }) {
  const store = useStore();
  const node = useEditor((view) => findNode(view.document, nodeId));
  const type = useEditor((view) => (node ? view.nodeTypes.get(node.type) : undefined));
  const pinned = useEditor((view) => view.debugging.pins.get(nodeId));
  const last = useRun((view) => view.model);
  const dialog = useRef<HTMLDialogElement>(null);
  const [start] = useState(() => pinned ?? lastPin(last, nodeId) ?? { outputs: skeleton(node, type), port: "out" });
  const [text, setText] = useState(() => JSON.stringify(start.outputs, null, 2));
  const [port, setPort] = useState(start.port);
  const [problems, setProblems] = useState<string[]>([]);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => { dialog.current?.showModal(); }, []);
  if (!node) return null;
  const close = (): void => store.set({ pinEditing: undefined });
  const ports = portsOf(node, type, store.state().document).filter((one) => one.kind === "out" && one.name !== "error").map((one) => one.name);

  const save = async (): Promise<void> => {
    let outputs: Json;
    try { outputs = JSON.parse(text) as Json; }
    catch (error) { setProblems([strings.inspector.jsonError(error instanceof Error ? error.message : String(error))]); return; }
    setBusy(true);
    try {
      await store.debug?.pin(nodeId, { outputs, port });
      close();
    } catch (error) {
      setBusy(false);
      setProblems(error instanceof HttpProblem && error.problems.length > 0 ? error.problems.map((one) => one.message) : [error instanceof Error ? error.message : String(error)]);
    }
  };

  return (
    <dialog className="pin-dialog" ref={dialog} aria-label={strings.debug.pinTitle(node.name)} data-testid="pin-dialog" onClose={close} onKeyDown={(event) => event.stopPropagation()}>
      <form onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <header><Icon name="pin" size={16} /><b>{strings.debug.pinTitle(node.name)}</b><IconButton icon="x" label={strings.common.close} onClick={close} /></header>
        <div className="pin-body">
          <p className="field-help">{strings.debug.pinHelp}</p>
          <textarea className={`ctl mono${problems.length ? " bad" : ""}`} rows={14} autoFocus spellCheck={false} value={text} aria-label={strings.lastRun.outputs} aria-invalid={problems.length > 0} aria-describedby="pin-problems"
            data-testid="pin-value" onChange={(event) => { setText(event.target.value); setProblems([]); }} />
          <div id="pin-problems" role="alert">{problems.map((problem) => <p key={problem} className="bad-text">{problem}</p>)}</div>
          {ports.length > 1 && <label className="pin-port"><span>{strings.lastRun.port}</span><Select value={port} label={strings.lastRun.port} choices={ports.map((name) => ({ value: name, label: name }))} onChoose={setPort} /></label>}
        </div>
        <footer>
          {pinned && <button type="button" className="btn2 quiet" onClick={() => { void store.debug?.unpin(nodeId); close(); }}>{strings.debug.unpin}</button>}
          <span className="gap" />
          <button type="button" className="btn2" onClick={close}>{strings.common.cancel}</button>
          <button type="submit" className="btn2 primary" disabled={isBusy} data-testid="pin-save">{strings.debug.pin}</button>
        </footer>
      </form>
    </dialog>
  );
}

import { useEffect, useRef } from "react";
import { shortcuts } from "../canvas/keys";
import { useEditor, useStore } from "../store";
import { IconButton } from "./IconButton";

const groupOrder = ["Edit", "Nodes", "View", "Run"] as const;

export function Help() {
  const open = useEditor((view) => view.helpOpen);
  return open ? <HelpDialog /> : null;
}

function HelpDialog() {
  const store = useStore();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => { dialog.current?.showModal(); }, []);
  const close = (): void => store.set({ helpOpen: false });
  return (
    <dialog className="field-help" ref={dialog} aria-label="Shortcuts" onClose={close} onClick={(event) => { if (event.target === dialog.current) close(); }}>
      <header><b>Shortcuts</b><IconButton icon="x" label="Close" onClick={close} /></header>
      <div className="field-help-groups">
        {groupOrder.map((group) => (
          <section key={group}><h3>{group}</h3><dl>
            {shortcuts.filter((shortcut) => shortcut.group === group).map((shortcut) => (
              <div key={shortcut.keys}><dt>{shortcut.words}</dt><dd>{shortcut.keys.split(" ").map((key, i) => <kbd key={i}>{key}</kbd>)}</dd></div>
            ))}
          </dl></section>
        ))}
      </div>
    </dialog>
  );
}

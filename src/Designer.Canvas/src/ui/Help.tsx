import { useEffect, useRef } from "react";
import { shortcuts } from "../canvas/keys";
import { useEditor, useStore } from "../store";
import { IconButton } from "./IconButton";
import { strings } from "../strings";

const groupOrder = ["edit", "nodes", "view", "run"] as const;

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
    <dialog className="shortcuts" ref={dialog} aria-label={strings.canvas.shortcutsTitle} onClose={close} onClick={(event) => { if (event.target === dialog.current) close(); }}>
      <header><b>{strings.canvas.shortcutsTitle}</b><a href="/help" target="_blank" rel="noreferrer">{strings.canvas.handbook}</a><IconButton icon="x" label={strings.common.close} onClick={close} /></header>
      <div className="shortcut-groups">
        {groupOrder.map((group) => (
          <section key={group}><h3>{strings.keys.groups[group]}</h3><dl>
            {shortcuts.filter((shortcut) => shortcut.group === group).map((shortcut) => (
              <div key={shortcut.keys}><dt>{shortcut.words}</dt><dd>{shortcut.keys.split(" ").map((key, i) => <kbd key={i}>{key}</kbd>)}</dd></div>
            ))}
          </dl></section>
        ))}
      </div>
    </dialog>
  );
}

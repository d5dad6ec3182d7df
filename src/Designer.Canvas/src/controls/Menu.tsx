import { useCallback, useRef, useState, type KeyboardEvent } from "react";
import { Icon } from "../ui/Icon";
import { Popover } from "./Popover";

export interface MenuItem { label: string; icon: string; onChoose: () => void; disabled?: boolean; danger?: boolean; keys?: string }

/** A button that opens a list of actions. A null item draws a line. */
export function MenuButton({ label, icon = "ellipsis", items }: { label: string; icon?: string; items: (MenuItem | null)[] }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const anchor = useCallback(() => button.current?.getBoundingClientRect(), []);
  const keep = useCallback(() => [button.current], []);
  const close = () => { setOpen(false); button.current?.focus(); };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const all = [...(list.current?.querySelectorAll<HTMLButtonElement>("button:not(:disabled)") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]?.focus();
  };
  return (
    <>
      <button ref={button} type="button" className="icb" aria-haspopup="menu" aria-expanded={open} aria-label={label} title={label} onClick={() => setOpen(!open)}>
        <Icon name={icon} size={16} />
      </button>
      {open && (
        <Popover anchor={anchor} onClose={close} align="right" width={200} keepOpenFor={keep}>
          <div className="list" role="menu" aria-label={label} ref={list} onKeyDown={onKey}>
            {items.map((item, i) => item === null ? <hr key={i} /> : (
              <button key={item.label} type="button" role="menuitem" autoFocus={i === 0} disabled={item.disabled} className={`opt${item.danger ? " err" : ""}`}
                onClick={() => { close(); item.onChoose(); }}>
                <Icon name={item.icon} size={15} /><span className="what">{item.label}</span>{item.keys && <span className="aside">{item.keys}</span>}
              </button>
            ))}
          </div>
        </Popover>
      )}
    </>
  );
}

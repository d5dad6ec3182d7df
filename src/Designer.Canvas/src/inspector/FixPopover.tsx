import { useRef, type KeyboardEvent } from "react";
import { Popover, type Box } from "../controls/Popover";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { nearestValues, type Lookup } from "./lookup";

export interface Broken { from: number; to: number; path: string }

/** What a broken reference could be instead: values with a near name, or nothing at all. */
export function FixPopover({ broken, lookup, anchor, onFix, onClose }: { broken: Broken; lookup: Lookup; anchor: () => Box | undefined; onFix: (path: string | undefined) => void; onClose: () => void }) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const all = [...(list.current?.querySelectorAll<HTMLButtonElement>("button") ?? [])];
    all[(all.indexOf(document.activeElement as HTMLButtonElement) + step + all.length) % all.length]?.focus();
  };
  const near = nearestValues(lookup, broken.path);
  return (
    <Popover anchor={anchor} onClose={onClose} width={292}>
      <div className="list fixes" role="menu" aria-label={strings.picker.broken(broken.path)} ref={list} onKeyDown={move}>
        <p className="nothing">{strings.picker.broken(broken.path)}</p>
        {near.map((value, i) => (
          <button key={value.path} type="button" role="menuitem" className="opt" autoFocus={i === 0} data-testid={`fix-${value.path}`} onClick={() => onFix(value.path)}>
            <Icon name="replace" size={14} /><span className="what">{strings.picker.replaceWith(`${value.owner}.${value.name}`)}</span><span className="aside">{value.type}</span>
          </button>
        ))}
        <button type="button" role="menuitem" className="opt" autoFocus={near.length === 0} data-testid="fix-remove" onClick={() => onFix(undefined)}>
          <Icon name="trash-2" size={14} /><span className="what">{strings.picker.removeReference}</span>
        </button>
      </div>
    </Popover>
  );
}

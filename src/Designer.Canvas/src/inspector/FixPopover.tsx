import { useRef, type KeyboardEvent } from "react";
import { Popover, type Box } from "../controls/Popover";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import type { Broken } from "./chips";
import { nearestValues, type Lookup } from "./lookup";

/** What a broken reference could be instead: values with a near name, or nothing at all; and what stands in for one that may be missing. */
export function FixPopover({ broken, lookup, anchor, onFix, onClose }: { broken: Broken; lookup: Lookup; anchor: () => Box | undefined; onFix: (change: (was: string) => string) => void; onClose: () => void }) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const all = [...(list.current?.querySelectorAll<HTMLButtonElement>("button") ?? [])];
    all[(all.indexOf(document.activeElement as HTMLButtonElement) + step + all.length) % all.length]?.focus();
  };
  const near = broken.mayBeMissing ? [] : nearestValues(lookup, broken.path);
  const title = broken.mayBeMissing ? strings.picker.mayBeMissing(broken.path) : strings.picker.broken(broken.path);
  return (
    <Popover anchor={anchor} onClose={onClose} width={292}>
      <div className="list fixes" role="menu" aria-label={title} ref={list} onKeyDown={move}>
        <p className="nothing">{title}</p>
        {broken.mayBeMissing && (
          <button type="button" role="menuitem" className="opt" autoFocus data-testid="fix-default" onClick={() => onFix(was => was.replace(/\s*(-?\}\})$/, ` | default: "" $1`))}>
            <Icon name="circle-check" size={14} /><span className="what">{strings.picker.emptyWhereMissing}</span>
          </button>
        )}
        {near.map((value, i) => (
          <button key={value.path} type="button" role="menuitem" className="opt" autoFocus={i === 0} data-testid={`fix-${value.path}`} onClick={() => onFix(was => was.replace(broken.path, () => value.path))}>
            <Icon name="replace" size={14} /><span className="what">{strings.picker.replaceWith(`${value.owner}.${value.name}`)}</span><span className="aside">{value.type}</span>
          </button>
        ))}
        <button type="button" role="menuitem" className="opt" autoFocus={near.length === 0 && !broken.mayBeMissing} data-testid="fix-remove" onClick={() => onFix(() => "")}>
          <Icon name="trash-2" size={14} /><span className="what">{strings.picker.removeReference}</span>
        </button>
      </div>
    </Popover>
  );
}

import { useCallback, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Popover } from "./Popover";

export interface Choice { value: string; label: string; note?: string; icon?: ReactNode }
interface Props {
  id?: string;
  value: string | undefined;
  choices: Choice[];
  onChoose: (value: string) => void;
  placeholder?: string;
  label: string;
  disabled?: boolean;
  invalid?: boolean;
  warn?: boolean;
  describedBy?: string;
  testId?: string;
  /** Shown in the list where there is nothing to choose. */
  empty?: string;
}

const findFrom = 9; // with so many choices the list can be filtered

/** A list to choose one from: opens on click, Enter, Space and arrows; letters jump or filter. */
export function Select({ id, value, choices, onChoose, placeholder, label, disabled, invalid, warn, describedBy, testId, empty }: Props) {
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const [query, setQuery] = useState("");
  const button = useRef<HTMLButtonElement>(null);
  const listId = useId();
  const chosen = choices.find(choice => choice.value === value);
  const shown = useMemo(() => {
    const words = query.toLowerCase();
    return words ? choices.filter(choice => `${choice.label} ${choice.note ?? ""}`.toLowerCase().includes(words)) : choices;
  }, [choices, query]);
  const anchor = useCallback(() => button.current?.getBoundingClientRect(), []);
  const keep = useCallback(() => [button.current], []);

  const show = () => {
    setQuery("");
    setActive(Math.max(0, choices.findIndex(choice => choice.value === value)));
    setOpen(true);
  };
  const close = () => { setOpen(false); button.current?.focus(); };
  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    close();
    if (choice.value !== value) onChoose(choice.value);
  };
  const onKey = (event: KeyboardEvent) => {
    if (!open) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); show(); }
      return;
    }
    if (event.key === "ArrowDown") setActive(i => Math.min(shown.length - 1, i + 1));
    else if (event.key === "ArrowUp") setActive(i => Math.max(0, i - 1));
    else if (event.key === "Home") setActive(0);
    else if (event.key === "End") setActive(shown.length - 1);
    else if (event.key === "Enter" || (event.key === " " && choices.length < findFrom)) choose(shown[active]);
    else if (event.key === "Tab") { setOpen(false); return; }
    else if (event.key.length === 1 && choices.length < findFrom && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const at = shown.findIndex(choice => choice.label.toLowerCase().startsWith(event.key.toLowerCase()));
      if (at >= 0) setActive(at);
    } else return;
    event.preventDefault();
  };

  return (
    <>
      <button ref={button} id={id} type="button" className={`select${warn ? " warn" : ""}${invalid ? " bad" : ""}`} role="combobox" aria-haspopup="listbox" aria-expanded={open} aria-controls={open ? listId : undefined}
        aria-label={label} aria-invalid={invalid} aria-describedby={describedBy} disabled={disabled} data-testid={testId} data-value={value ?? ""}
        aria-activedescendant={open && shown[active] ? `${listId}-${active}` : undefined} onClick={() => (open ? close() : show())} onKeyDown={onKey}>
        {chosen?.icon}
        <span className={`what${chosen ? "" : " unset"}`}>{chosen?.label ?? value ?? placeholder ?? strings.inspector.chooseOne}</span>
        {chosen?.note && <span className="pill">{chosen.note}</span>}
        <Icon name="chevron-down" size={14} />
      </button>
      {open && (
        <Popover anchor={anchor} onClose={close} matchWidth keepOpenFor={keep}>
          {choices.length >= findFrom && (
            <input className="find" autoFocus value={query} placeholder={strings.common.search} aria-label={strings.common.search} onKeyDown={onKey}
              onChange={event => { setQuery(event.target.value); setActive(0); }} />
          )}
          <div className="list" role="listbox" id={listId} aria-label={label}>
            {shown.map((choice, i) => (
              <div key={choice.value} id={`${listId}-${i}`} role="option" aria-selected={choice.value === value} className={`opt${i === active ? " on" : ""}`} data-value={choice.value}
                ref={element => { if (i === active) element?.scrollIntoView({ block: "nearest" }); }} onPointerEnter={() => setActive(i)} onClick={() => choose(choice)}>
                {choice.icon}<span className="what">{choice.label}</span>{choice.note && <span className="aside">{choice.note}</span>}
                {choice.value === value && <Icon name="check" size={14} />}
              </div>
            ))}
            {shown.length === 0 && <div className="nothing">{choices.length === 0 ? empty ?? strings.common.none : strings.common.noMatch}</div>}
          </div>
        </Popover>
      )}
    </>
  );
}

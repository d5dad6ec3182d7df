// The small controls: toggle, segments, copy, tabs, and a text box that keeps what is being typed.
import { useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { useDraft } from "./useDraft";

export function Toggle({ id, on, onChange, label, disabled, testId }: { id?: string; on: boolean; onChange: (on: boolean) => void; label: string; disabled?: boolean; testId?: string }) {
  return <button id={id} type="button" role="switch" className="toggle" aria-checked={on} aria-label={label} disabled={disabled} data-testid={testId} onClick={() => onChange(!on)} />;
}

export interface Segment { value: string; label: string; title?: string }
export function Segments({ value, segments, onChange, label, disabled }: { value: string; segments: Segment[]; onChange: (value: string) => void; label: string; disabled?: boolean }) {
  return (
    <div className="seg" role="radiogroup" aria-label={label} onKeyDown={roving}>
      {segments.map(segment => (
        <button key={segment.value} type="button" role="radio" aria-checked={segment.value === value} tabIndex={segment.value === value ? 0 : -1} title={segment.title} disabled={disabled}
          onClick={() => { if (segment.value !== value) onChange(segment.value); }}>{segment.label}</button>
      ))}
    </div>
  );
}

export interface Tab { id: string; label: ReactNode; name?: string }
export function Tabs({ tabs, value, onChange, label, idPrefix }: { tabs: Tab[]; value: string; onChange: (id: string) => void; label: string; idPrefix: string }) {
  return (
    <div className="tabs" role="tablist" aria-label={label} onKeyDown={roving}>
      {tabs.map(tab => (
        <button key={tab.id} type="button" role="tab" className="tab" id={`${idPrefix}-tab-${tab.id}`} aria-selected={tab.id === value} aria-controls={`${idPrefix}-panel`} tabIndex={tab.id === value ? 0 : -1}
          onClick={() => onChange(tab.id)}>{tab.label}</button>
      ))}
    </div>
  );
}

// Arrow keys move among the siblings and choose, as in tab lists and radio groups.
function roving(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : event.key === "ArrowLeft" || event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLButtonElement>(":scope > button:not(:disabled)")];
  const next = all[(all.indexOf(document.activeElement as HTMLButtonElement) + step + all.length) % all.length];
  event.preventDefault();
  next?.focus();
  next?.click();
}

export function CopyButton({ text, label, small = true, icon = "copy" }: { text: () => string; label: string; small?: boolean; icon?: string }) {
  const [done, setDone] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const copy = async () => {
    try { await navigator.clipboard.writeText(text()); } catch { return; } // without permission there is nothing to tell but the missing tick
    setDone(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setDone(false), 1200);
  };
  return (
    <button type="button" className={`icb${small ? " small" : ""}`} aria-label={done ? strings.common.copied : label} title={label} onClick={() => void copy()}>
      <Icon name={done ? "check" : icon} size={13} />
    </button>
  );
}

interface TextProps {
  id?: string; value: string; onCommit: (value: string) => void; label: string; placeholder?: string; disabled?: boolean; invalid?: boolean; multiline?: boolean; rows?: number;
  className?: string; testId?: string; describedBy?: string; unit?: string; /** Numbers and the like. */ inputMode?: "numeric" | "decimal"; type?: "text" | "password";
}

/** A text box: commits on blur, on Enter (one line), and when typing pauses; Escape takes back what was typed. */
export function TextBox({ id, value, onCommit, label, placeholder, disabled, invalid, multiline, rows = 3, className, testId, describedBy, unit, inputMode }: TextProps) {
  const draft = useDraft(value, onCommit);
  const common = {
    id, value: draft.value, placeholder, disabled, "aria-label": label, "aria-invalid": invalid, "aria-describedby": describedBy, "data-testid": testId,
    onFocus: draft.focus, onBlur: draft.blur, spellCheck: multiline === true,
    onChange: (event: { target: { value: string } }) => draft.change(event.target.value),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key === "Escape" && draft.isDirty) { event.stopPropagation(); draft.revert(); }
      if (event.key === "Enter" && !multiline && !event.nativeEvent.isComposing) draft.flush();
    },
  };
  const classes = `ctl${invalid ? " bad" : ""}${className ? ` ${className}` : ""}`;
  if (multiline) return <textarea className={classes} rows={rows} {...common} />;
  if (!unit) return <input className={classes} inputMode={inputMode} {...common} />;
  return <div className={`box${invalid ? " bad" : ""}${className ? ` ${className}` : ""}`}><input inputMode={inputMode} {...common} /><span className="unit">{unit}</span></div>;
}

import { useEffect, useId, useRef } from "react";
import { Toggle } from "../controls/Basic";
import { FileField } from "../files/FileField";
import { filesOfText, isFileType } from "../files/files";
import { strings, wordFor } from "../strings";
import { Icon } from "../ui/Icon";
import { textOf, type InputField } from "./inputs";
import { useRun, useRunStore } from "./useRun";

/** One field per input of the start node. Where it grabs, it takes the focus when that is wanted: at the first field that is wrong. */
export function InputForm({ fields, grabs }: { fields: InputField[]; grabs: boolean }) {
  const run = useRunStore();
  const wanted = useRun(view => view.wantsFocus) && grabs;
  const errors = useRun(view => view.errors);
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!wanted) return;
    run.tookFocus();
    const target = form.current?.querySelector<HTMLElement>("[aria-invalid=true]") ?? form.current?.querySelector<HTMLElement>("input:not([hidden]), textarea, .file-choose");
    target?.focus();
  }, [wanted, run]);
  return <div className="inputs" ref={form}>{fields.map(field => <InputBox key={field.name} field={field} error={errors[field.name]} />)}</div>;
}

/** The inputs behind one line that says what they hold. */
export function InputFold({ fields, open, onToggle }: { fields: InputField[]; open: boolean; onToggle: () => void }) {
  return (
    <button type="button" className="input-fold" aria-expanded={open} onClick={onToggle}>
      <Icon name={open ? "chevron-down" : "chevron-right"} size={14} /><b>{strings.run.inputs}</b>{!open && <Summary fields={fields} />}
    </button>
  );
}

function Summary({ fields }: { fields: InputField[] }) {
  const texts = useRun(view => view.texts);
  const shown = fields.flatMap(field => {
    const held = texts[field.name] ?? textOf(field.default);
    const text = (isFileType(field.type) ? filesOfText(held).map(file => file.name).join(", ") : held).replace(/\s+/g, " ").trim();
    return text ? [`${field.name} ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`] : [];
  });
  return <span>{shown.join(" · ")}</span>;
}

function InputBox({ field, error }: { field: InputField; error: string | undefined }) {
  const run = useRunStore();
  const stored = useRun(view => view.texts[field.name]);
  const id = useId();
  const text = stored ?? (field.type === "boolean" ? textOf(field.default) : "");
  const isJson = !["string", "number", "integer", "boolean"].includes(field.type);
  const common = {
    id, value: text, placeholder: textOf(field.default), "aria-invalid": error !== undefined, "aria-describedby": error || field.description ? `${id}-help` : undefined, "data-testid": `input-${field.name}`,
    className: `ctl${error ? " bad" : ""}${isJson ? " mono" : ""}`, onChange: (event: { target: { value: string } }) => run.setText(field.name, event.target.value),
  };
  return (
    <div className="input">
      <label htmlFor={id}>{field.name}{field.required && <span className="must" title={strings.inspector.required}>*</span>}<em>{field.type}</em></label>
      {isFileType(field.type) ? <FileField field={field} id={id} error={error !== undefined} describedBy={common["aria-describedby"]} />
        : field.type === "boolean" ? <Toggle id={id} on={text === "true"} label={field.name} testId={`input-${field.name}`} onChange={on => run.setText(field.name, String(on))} />
        : field.type === "number" || field.type === "integer" ? <input inputMode="decimal" {...common} />
        : <textarea rows={isJson ? 3 : Math.min(6, Math.max(1, text.split("\n").length))} spellCheck={!isJson} {...common} />}
      {(error || field.description) && <p id={`${id}-help`} className={error ? "bad-text" : "field-help"}>{error ? wordFor(strings.run.errors, error) : field.description}</p>}
    </div>
  );
}

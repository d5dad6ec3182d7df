import { useId, useMemo, useRef, useState, type ReactNode } from "react";
import type { Json, Problem, SettingDescriptor } from "../contract";
import { Toggle, TextBox } from "../controls/Basic";
import { Select } from "../controls/Select";
import { strings, wordFor } from "../strings";
import { Icon } from "../ui/Icon";
import { ConditionsField } from "./ConditionsField";
import { useForm } from "./context";
import { ExpressionPreview } from "./ExpressionPreview";
import { jsonToText, textToJson } from "./jsonText";
import { problemsAt, problemsWithin } from "./problems";
import { ListField } from "./ListField";
import { SlotField } from "./SlotField";
import { TemplateEditor, type TemplateHandle } from "./TemplateEditor";

export interface FieldProps {
  setting: SettingDescriptor;
  value: Json | undefined;
  /** Undefined takes the setting back to its default. */
  onCommit: (value: Json | undefined) => void;
  /** Where it stands in the node, e.g. `settings.rows.0.left`. */
  path: string;
  /** In a row of records labels are small and help is a tooltip. */
  isInRow?: boolean;
  /** The first field of a row stands in the row's head, without a label of its own. */
  isHead?: boolean;
}

/** One setting: label, control, help, and its problems. */
export function SettingField(props: FieldProps) {
  const { setting, path, isInRow, isHead } = props;
  const form = useForm();
  const id = useId();
  const editor = useRef<TemplateHandle>(null);
  const [error, setError] = useState<string>();
  const problems = useMemo(() => (isOneText(setting) ? problemsWithin : problemsAt)(form.problems, path), [form.problems, path, setting]);
  const note = noteOf(props);
  const fx = useExpression(setting, props.value);
  const hasPicker = isTemplateText(setting) || fx.isOn;
  const isWide = setting.widget !== "toggle" || fx.isOn;
  const switchFx = () => {
    if (fx.isOn && fx.isLiteral && isTemplate(props.value)) props.onCommit(undefined);
    fx.toggle();
  };
  const label = (
    <span className="fld-label">
      <label htmlFor={id}>{setting.label}</label>{setting.required && <span className="must" title={strings.inspector.required}>*</span>}
      {hasPicker && form.canEdit && <button type="button" className="hint-button" title={strings.inspector.insert} onClick={() => editor.current?.openPicker()}>{strings.inspector.insertHint}</button>}
      {!hasPicker && note && <em>{note}</em>}
      {fx.isPossible && form.canEdit && (
        <button type="button" className={`fx-button${hasPicker ? "" : " alone"}`} aria-pressed={fx.isOn} title={fx.isOn ? (fx.isLiteral ? strings.expression.offLiteral : strings.expression.off) : strings.expression.on}
          aria-label={strings.expression.named(setting.label)} data-testid={`fx-${setting.name}`} onClick={switchFx}>{strings.expression.fx}</button>
      )}
    </span>
  );
  const control = <Control {...props} isExpression={fx.isOn} isLiteral={fx.isLiteral} problems={problems} id={id} editor={editor} invalid={error !== undefined || problems.some(p => p.severity === "error")} onError={setError} describedBy={error || setting.help || problems.length ? `${id}-help` : undefined} />;
  return (
    <div className={`fld${isInRow ? " in-row" : ""}`} data-setting={setting.name}>
      {isHead ? control : isWide ? <>{label}{control}</> : <div className="fld-inline">{label}{control}</div>}
      {fx.isOn && props.value !== undefined && props.value !== null && <ExpressionPreview template={props.value} />}
      <div id={`${id}-help`}>
        {error && <p className="bad-text">{error}</p>}
        {problems.map((problem, i) => <p key={i} className={problem.severity === "error" ? "bad-text" : "warn-text"}>{problem.message}{problem.fix && ` ${problem.fix}`}</p>)}
        {setting.help && !isInRow && <p className="field-help">{setting.help}</p>}
      </div>
    </div>
  );
}

/** Whether a setting is written as an expression: chosen by the person, or because its value is one where a control can show none. */
function useExpression(setting: SettingDescriptor, value: Json | undefined) {
  const isLiteral = takesFixedValue(setting);
  const [wanted, setWanted] = useState(false);
  const isOn = wanted || (isLiteral && isTemplate(value));
  return { isOn, isLiteral, isPossible: isLiteral || isTemplateText(setting), toggle: () => setWanted(!isOn) };
}

/** Shown as one text of JSON, whatever it holds. */
const isOneText = ({ widget, kind }: SettingDescriptor): boolean => widget === "json" || (["text", "textArea", "code", "reference"].includes(widget) && ["json", "record", "list"].includes(kind));
const isTemplate = (value: Json | undefined): boolean => typeof value === "string" && /\{\{|\{%/.test(value);
/** Controls that show one fixed value; the value may be an expression all the same. */
const takesFixedValue = (setting: SettingDescriptor): boolean =>
  setting.kind !== "list" && (["toggle", "slider"].includes(setting.widget) || (setting.widget === "select" && setting.kind === "string") || setting.kind === "number" || setting.kind === "integer");

interface ControlProps extends FieldProps { isExpression: boolean; /** Shows one fixed value unless an expression stands there. */ isLiteral: boolean; problems: readonly Problem[]; id: string; editor: React.RefObject<TemplateHandle | null>; invalid: boolean; onError: (error: string | undefined) => void; describedBy: string | undefined }

const isTemplateText = (setting: SettingDescriptor): boolean => (setting.isTemplate || setting.widget === "reference") && ["text", "textArea", "code", "json", "reference", "number"].includes(setting.widget) && setting.kind !== "boolean";

function Control(props: ControlProps): ReactNode {
  const { setting, value, onCommit, id, invalid, describedBy, path } = props;
  const { canEdit } = useForm();
  const common = { id, label: setting.label, disabled: !canEdit, testId: `setting-${setting.name}` };
  if (props.isLiteral && props.isExpression) return <TemplateText {...props} />;
  switch (setting.widget) {
    case "toggle": return <Toggle {...common} on={(value ?? setting.default ?? false) === true} onChange={onCommit} />;
    case "select": return setting.kind === "list"
      ? <ManyOf {...props} />
      : <Select {...common} value={asText(value ?? setting.default)} invalid={invalid} describedBy={describedBy} choices={choicesOf(setting)} onChoose={option => onCommit(option === "" ? undefined : option)} />;
    case "slot": return <SlotField setting={setting} value={value} onCommit={onCommit} path={path} {...common} invalid={invalid} describedBy={describedBy} />;
    case "slider": return <Slider {...props} />;
    case "rows": return setting.options?.length ? <ManyOf {...props} /> : <ListField setting={setting} value={value} onCommit={onCommit} path={path} />;
    case "conditions": return <ConditionsField setting={setting} value={value} onCommit={onCommit} path={path} />;
    case "number": return <NumberBox {...props} />;
    case "json": return <JsonText {...props} />;
    default: return setting.kind === "number" || setting.kind === "integer" ? <NumberBox {...props} />
      : setting.kind === "json" || setting.kind === "record" || setting.kind === "list" ? <JsonText {...props} />
      : <TemplateText {...props} />;
  }
}

function choicesOf(setting: SettingDescriptor) {
  const choices = (setting.options ?? []).map(option => ({ value: option, label: words(option) }));
  return setting.required || (setting.default !== undefined && setting.default !== null) ? choices : [{ value: "", label: strings.common.none }, ...choices];
}

function TemplateText({ setting, value, onCommit, editor, invalid, describedBy, isHead, isExpression, problems }: ControlProps) {
  const { lookup, canEdit } = useForm();
  const isPlain = !isExpression && !setting.isTemplate && setting.widget !== "reference" && setting.widget !== "code";
  const commit = (text: string) => onCommit(text === "" ? undefined : text);
  const testId = `setting-${setting.name}`;
  const multiline = setting.widget === "textArea" || setting.widget === "code";
  const placeholder = setting.default === undefined ? undefined : asText(setting.default);
  if (isPlain) return <TextBox value={asText(value)} onCommit={commit} label={setting.label} multiline={multiline} placeholder={placeholder ?? (isHead ? setting.label : undefined)} disabled={!canEdit} invalid={invalid} testId={testId} describedBy={describedBy} />;
  return (
    <TemplateEditor ref={editor} value={asText(value)} onCommit={commit} label={setting.label} lookup={lookup} multiline={multiline} isTemplate={isExpression || setting.isTemplate || setting.widget === "reference"}
      writing={isExpression ? "expression" : "chips"} problems={problems} language={setting.widget === "code" ? "javascript" : "text"} placeholder={placeholder} disabled={!canEdit} invalid={invalid} testId={testId} describedBy={describedBy} />
  );
}

function JsonText({ setting, value, onCommit, editor, invalid, describedBy, onError, isInRow, isExpression, problems }: ControlProps) {
  const { lookup, canEdit } = useForm();
  const isTemplate = setting.isTemplate || setting.widget === "reference";
  const multiline = !isInRow && setting.widget === "json";
  const check = (text: string) => {
    const read = textToJson(text, isTemplate);
    onError(read.error === undefined ? undefined : strings.inspector.jsonError(read.error));
    return read;
  };
  const commit = (text: string) => {
    const read = check(text);
    if (read.error === undefined) onCommit(read.value);
  };
  return (
    <TemplateEditor ref={editor} value={jsonToText(value, isTemplate)} onChange={check} onCommit={commit} label={setting.label} lookup={lookup} multiline={multiline} isTemplate={isTemplate} writing={isExpression ? "expression" : "chips"} problems={problems}
      language={multiline ? "json" : "text"} placeholder={setting.default === undefined || setting.default === null ? undefined : jsonToText(setting.default, isTemplate)} disabled={!canEdit} invalid={invalid} testId={`setting-${setting.name}`} describedBy={describedBy} />
  );
}

function NumberBox({ setting, value, onCommit, onError, invalid, describedBy, id }: ControlProps) {
  const { canEdit } = useForm();
  const commit = (text: string) => {
    const read = readNumber(text, setting);
    onError(read.error);
    if (read.error === undefined) onCommit(read.value);
  };
  return <TextBox id={id} className="num-in" value={asText(value)} onCommit={commit} label={setting.label} inputMode={setting.kind === "integer" ? "numeric" : "decimal"} placeholder={asText(setting.default)} disabled={!canEdit} invalid={invalid}
    testId={`setting-${setting.name}`} describedBy={describedBy} />;
}

export function readNumber(text: string, setting: Pick<SettingDescriptor, "kind" | "min" | "max">): { value?: number; error?: string } {
  if (text.trim() === "") return {};
  const value = Number(text.trim().replace(",", "."));
  if (!Number.isFinite(value)) return { error: strings.inspector.notANumber };
  if (setting.kind === "integer" && !Number.isInteger(value)) return { error: strings.inspector.wholeNumber };
  const min = setting.min ?? undefined;
  const max = setting.max ?? undefined;
  if ((min !== undefined && value < min) || (max !== undefined && value > max)) return { error: strings.inspector.outOfRange(min, max) };
  return { value };
}

function Slider({ setting, value, onCommit, id }: ControlProps) {
  const { canEdit } = useForm();
  const [live, setLive] = useState<number>();
  const min = setting.min ?? 0;
  const max = setting.max ?? 1;
  const isUnset = live === undefined && typeof value !== "number" && typeof setting.default !== "number";
  const now = live ?? (typeof value === "number" ? value : typeof setting.default === "number" ? setting.default : min);
  const step = setting.kind === "integer" ? 1 : max - min <= 2 ? 0.05 : max - min <= 20 ? 0.1 : 1;
  const commit = () => { if (live !== undefined) { onCommit(live); setLive(undefined); } };
  return (
    <div className={`slide-row${isUnset ? " unset" : ""}`}>
      <input id={id} type="range" className="slide" min={min} max={max} step={step} value={now} disabled={!canEdit} aria-label={setting.label} data-testid={`setting-${setting.name}`} style={{ "--at": `${((now - min) / (max - min || 1)) * 100}%` } as React.CSSProperties}
        onChange={event => setLive(Math.round(Number(event.target.value) * 1000) / 1000)} onPointerUp={commit} onKeyUp={commit} onBlur={commit} />
      <output htmlFor={id}>{isUnset ? strings.inspector.unset : now}</output>
      {typeof value === "number" && canEdit && (
        <button type="button" className="icb small" aria-label={strings.inspector.reset} title={strings.inspector.reset} onClick={() => { setLive(undefined); onCommit(undefined); }}><Icon name="rotate-ccw" size={13} /></button>
      )}
    </div>
  );
}

/** Any number of the options. */
function ManyOf({ setting, value, onCommit }: FieldProps) {
  const { canEdit } = useForm();
  const chosen = Array.isArray(value) ? value : Array.isArray(setting.default) ? setting.default : [];
  const toggle = (option: string) => {
    const next = chosen.includes(option) ? chosen.filter(item => item !== option) : [...chosen, option];
    onCommit(next.length ? next : undefined);
  };
  return (
    <div className="ticks" role="group" aria-label={setting.label} data-testid={`setting-${setting.name}`}>
      {(setting.options ?? []).map(option => (
        <button key={option} type="button" role="checkbox" aria-checked={chosen.includes(option)} disabled={!canEdit} className="tick" onClick={() => toggle(option)}>
          {chosen.includes(option) && <Icon name="check" size={12} />}{words(option)}
        </button>
      ))}
    </div>
  );
}

// The value that a slider or a default shows beside its label.
function noteOf({ setting, value }: FieldProps): string | undefined {
  if (setting.widget === "slot" || setting.widget === "slider" || setting.widget === "toggle") return undefined;
  return value === undefined && setting.widget === "rows" ? undefined : setting.widget === "number" && setting.min !== undefined && setting.min !== null && setting.max !== undefined && setting.max !== null ? `${setting.min} – ${setting.max}` : undefined;
}

export const asText = (value: Json | undefined): string => (value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value));

/** An option as people read it. One that nobody wrote words for: `needsApproval` → "needs approval"; what has blanks already, or is written large, stays. */
export const words = (option: string): string => (option in strings.options ? wordFor(strings.options, option) : /^[a-z]+([A-Z][a-z]+)+$/.test(option) ? option.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`) : option);

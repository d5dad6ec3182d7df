import { useMemo, useRef, useState } from "react";
import type { Json, SettingDescriptor } from "../contract";
import { TextBox } from "../controls/Basic";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { useForm } from "./context";
import { problemsWithin } from "./problems";
import { asText, SettingField } from "./SettingField";
import { TemplateEditor } from "./TemplateEditor";

interface Props { setting: SettingDescriptor; value: Json | undefined; onCommit: (value: Json | undefined) => void; path: string }

/** A list of records, or of plain texts: add, remove, reorder, edit in place. */
export function ListField({ setting, value, onCommit, path }: Props) {
  const { canEdit } = useForm();
  const list = Array.isArray(value) ? value : Array.isArray(setting.default) ? setting.default : [];
  const keys = useKeys(list.length);
  const put = (next: Json[]) => onCommit(next.length ? next : undefined);
  const change = (at: number, item: Json) => put(list.map((old, i) => (i === at ? item : old)));
  const move = (at: number, by: number) => {
    const to = at + by;
    if (to < 0 || to >= list.length) return;
    const next = [...list];
    const [item] = next.splice(at, 1);
    next.splice(to, 0, item!);
    keys.move(at, to);
    put(next);
  };
  const remove = (at: number) => { keys.remove(at); put(list.filter((_, i) => i !== at)); };
  const add = () => put([...list, setting.fields?.length ? emptyRecord(setting.fields) : ""]);
  return (
    <div className="rows" role="group" aria-label={setting.label} data-testid={`setting-${setting.name}`}>
      {list.map((item, i) => (
        <Row key={keys.all[i]} setting={setting} item={item} index={i} count={list.length} path={`${path}.${i}`} onChange={next => change(i, next)} onMove={by => move(i, by)} onRemove={() => remove(i)} />
      ))}
      {canEdit && <button type="button" className="btn2 small quiet add-row" onClick={add}><Icon name="plus" size={13} />{strings.inspector.addRow(setting.label)}</button>}
    </div>
  );
}

interface RowProps { setting: SettingDescriptor; item: Json; index: number; count: number; path: string; onChange: (item: Json) => void; onMove: (by: number) => void; onRemove: () => void }

function Row({ setting, item, index, count, path, onChange, onMove, onRemove }: RowProps) {
  const { canEdit, lookup, problems } = useForm();
  const { fields } = setting;
  const own = useMemo(() => problemsWithin(problems, path), [problems, path]);
  const label = `${setting.label}: ${strings.inspector.row(index + 1)}`;
  const buttons = canEdit && (
    <span className="row-tools">
      {count > 1 && <button type="button" className="icb small" disabled={index === 0} aria-label={strings.common.moveUp} title={strings.common.moveUp} onClick={() => onMove(-1)}><Icon name="chevron-up" size={13} /></button>}
      {count > 1 && <button type="button" className="icb small" disabled={index === count - 1} aria-label={strings.common.moveDown} title={strings.common.moveDown} onClick={() => onMove(1)}><Icon name="chevron-down" size={13} /></button>}
      <button type="button" className="icb small" aria-label={strings.common.remove} title={strings.common.remove} onClick={onRemove}><Icon name="x" size={13} /></button>
    </span>
  );
  if (!fields?.length) {
    return (
      <div className="row-line">
        {setting.isTemplate
          ? <TemplateEditor value={asText(item)} onCommit={onChange} label={label} lookup={lookup} problems={own} disabled={!canEdit} />
          : <TextBox value={asText(item)} onCommit={onChange} label={label} disabled={!canEdit} />}
        {buttons}
        {own.map((problem, i) => <p key={i} className={problem.severity === "error" ? "bad-text" : "warn-text"}>{problem.message}{problem.fix && ` ${problem.fix}`}</p>)}
      </div>
    );
  }
  const record = item && typeof item === "object" && !Array.isArray(item) ? item : {};
  const put = (name: string, value: Json | undefined) => {
    const next = { ...record };
    if (value === undefined) delete next[name]; else next[name] = value;
    onChange(next);
  };
  const head = isShort(fields[0]!) ? fields[0] : undefined;
  return (
    <div className={`row-card${problemsWithin(problems, path).some(p => p.severity === "error") ? " bad" : ""}`} role="group" aria-label={label}>
      <div className="row-top">
        <span className="row-number">{index + 1}</span>
        {head && <SettingField setting={head} value={record[head.name]} path={`${path}.${head.name}`} isInRow isHead onCommit={value => put(head.name, value)} />}
        {buttons}
      </div>
      <div className="row-fields">
        {fields.slice(head ? 1 : 0).map(field => <SettingField key={field.name} setting={field} value={record[field.name]} path={`${path}.${field.name}`} isInRow onCommit={value => put(field.name, value)} />)}
      </div>
    </div>
  );
}

// A name or a choice: it says which row this is.
const isShort = (field: SettingDescriptor) => (field.widget === "select" && field.kind === "string") || (field.widget === "text" && !field.isTemplate);

function emptyRecord(fields: readonly SettingDescriptor[]): Json {
  return Object.fromEntries(fields.flatMap(field => {
    if (field.default !== undefined && field.default !== null) return [[field.name, field.default]];
    return field.widget === "select" && field.kind === "string" && field.options?.[0] !== undefined ? [[field.name, field.options[0]]] : [];
  }));
}

// Rows have no ids of their own; these keep what is being typed with its row when rows move.
function useKeys(count: number) {
  const keys = useRef<number[]>([]);
  const next = useRef(0);
  const [, redraw] = useState(0);
  while (keys.current.length < count) keys.current.push(next.current++);
  keys.current.length = count;
  return {
    all: keys.current,
    move: (from: number, to: number) => { const [key] = keys.current.splice(from, 1); keys.current.splice(to, 0, key!); redraw(n => n + 1); },
    remove: (at: number) => { keys.current.splice(at, 1); redraw(n => n + 1); },
  };
}

import { useState, type ReactNode } from "react";
import type { Json } from "../contract";
import { TextBox, Toggle } from "../controls/Basic";
import { Select } from "../controls/Select";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { defaultToText, flowTypes, freeName, nameError, textToDefault, withMember, type Declaration } from "./declarations";
import { typeIcon } from "./valueType";

interface Props {
  all: Declaration[];
  onCommit: (all: Declaration[]) => void;
  canEdit: boolean;
  addLabel: string;
  /** The name that a new one gets. */
  newName: string;
  empty: string;
  testId: string;
  withRequired?: boolean;
  withDescription?: boolean;
  more?: (one: Declaration, change: (name: string, value: Json | undefined) => void) => ReactNode;
}

const words = strings.flow;

/** Rows of name and type; a row opens for the rest. */
export function DeclarationRows(props: Props) {
  const { all, onCommit, canEdit, addLabel, newName, empty, testId } = props;
  const [open, setOpen] = useState<number>();
  const change = (at: number, one: Declaration) => onCommit(all.map((old, i) => (i === at ? one : old)));
  const add = () => {
    onCommit([...all, { name: freeName(all, newName), type: "string" }]);
    setOpen(all.length);
  };
  const move = (at: number, by: number) => {
    const next = [...all];
    const [one] = next.splice(at, 1);
    next.splice(at + by, 0, one!);
    setOpen(at + by);
    onCommit(next);
  };
  return (
    <div className="rows" data-testid={testId}>
      {all.length === 0 && <p className="field-help">{empty}</p>}
      {all.map((one, i) => (
        <Row key={i} {...props} one={one} index={i} isOpen={open === i} onOpen={() => setOpen(open === i ? undefined : i)} onChange={next => change(i, next)}
          onRemove={() => { setOpen(undefined); onCommit(all.filter((_, at) => at !== i)); }} onMove={by => move(i, by)} />
      ))}
      {canEdit && <button type="button" className="btn2 small quiet add-row" onClick={add}><Icon name="plus" size={13} />{addLabel}</button>}
    </div>
  );
}

interface RowProps extends Props { one: Declaration; index: number; isOpen: boolean; onOpen: () => void; onChange: (one: Declaration) => void; onRemove: () => void; onMove: (by: number) => void }

function Row({ all, one, index, isOpen, canEdit, withRequired, withDescription, more, onOpen, onChange, onRemove, onMove }: RowProps) {
  const [error, setError] = useState<string>();
  const change = (name: string, value: Json | undefined) => onChange(withMember(one, name, value));
  const rename = (name: string) => {
    const wrong = nameError(all, index, name.trim());
    setError(wrong === undefined ? undefined : wrong === "bad" ? words.badName : words.takenName);
    if (!wrong) onChange({ ...one, name: name.trim() });
  };
  return (
    <div className={`row-card decl${isOpen ? " open" : ""}${error ? " bad" : ""}`}>
      <div className="decl-line">
        <button type="button" className="icb small" aria-expanded={isOpen} aria-label={isOpen ? strings.common.collapse : strings.common.expand} onClick={onOpen}><Icon name={isOpen ? "chevron-down" : "chevron-right"} size={13} /></button>
        <TextBox className="bare" value={one.name} label={words.inputName} disabled={!canEdit} invalid={error !== undefined} onCommit={rename} />
        {!isOpen && <span className="decl-type"><Icon name={typeIcon(one.type)} size={12} />{one.type}{one.required === true && <span className="must" title={words.inputRequired}>*</span>}</span>}
        {isOpen && canEdit && (
          <span className="row-tools">
            {all.length > 1 && <button type="button" className="icb small" disabled={index === 0} aria-label={strings.common.moveUp} title={strings.common.moveUp} onClick={() => onMove(-1)}><Icon name="chevron-up" size={13} /></button>}
            {all.length > 1 && <button type="button" className="icb small" disabled={index === all.length - 1} aria-label={strings.common.moveDown} title={strings.common.moveDown} onClick={() => onMove(1)}><Icon name="chevron-down" size={13} /></button>}
            <button type="button" className="icb small" aria-label={strings.common.remove} title={strings.common.remove} onClick={onRemove}><Icon name="x" size={13} /></button>
          </span>
        )}
      </div>
      {error && <p className="bad-text">{error}</p>}
      {isOpen && (
        <div className="decl-more">
          <Pair label={words.type}><Select value={one.type} label={words.type} disabled={!canEdit} choices={typeChoices(one.type)} onChoose={type => onChange({ ...one, type })} /></Pair>
          <Default one={one} canEdit={canEdit} onChange={value => change("default", value)} />
          {withDescription && <Pair label={words.inputDescription}><TextBox value={typeof one.description === "string" ? one.description : ""} label={words.inputDescription} disabled={!canEdit} onCommit={text => change("description", text)} /></Pair>}
          {withRequired && <Pair label={words.inputRequired}><Toggle on={one.required === true} label={words.inputRequired} disabled={!canEdit} onChange={on => change("required", on)} /></Pair>}
          {more?.(one, change)}
        </div>
      )}
    </div>
  );
}

function Default({ one, canEdit, onChange }: { one: Declaration; canEdit: boolean; onChange: (value: Json | undefined) => void }) {
  const [error, setError] = useState<string>();
  const commit = (text: string) => {
    const read = textToDefault(text, one.type);
    setError("error" in read ? strings.inspector.jsonError(read.error) : undefined);
    if (!("error" in read)) onChange(read.value);
  };
  if (one.type === "boolean") return <Pair label={words.default}><Toggle on={one.default === true} label={words.default} disabled={!canEdit} onChange={on => onChange(on)} /></Pair>;
  return <Pair label={words.default}><TextBox value={defaultToText(one.default, one.type)} label={words.default} disabled={!canEdit} invalid={error !== undefined} onCommit={commit} />{error && <p className="bad-text">{error}</p>}</Pair>;
}

export const Pair = ({ label, children }: { label: string; children: ReactNode }) => <div className="decl-pair"><span>{label}</span><div>{children}</div></div>;

function typeChoices(current: string) {
  const all = flowTypes.includes(current) ? flowTypes : [...flowTypes, current];
  return all.map(value => ({ value, label: value, icon: <Icon name={typeIcon(value)} size={13} /> }));
}

import { useMemo } from "react";
import type { Json, Problem, SettingDescriptor } from "../contract";
import { Segments } from "../controls/Basic";
import { Select } from "../controls/Select";
import { strings, wordFor } from "../strings";
import { Icon } from "../ui/Icon";
import { expressionOf, isUnary, operandText, operandValue, operators, readCondition, rowsOf, writeCondition, type Condition, type ConditionRow } from "./conditions";
import { useStore } from "../store";
import { useForm } from "./context";
import { ExpressionPreview } from "./ExpressionPreview";
import { problemsWithin } from "./problems";
import { TemplateEditor } from "./TemplateEditor";

interface Props { setting: SettingDescriptor; value: Json | undefined; onCommit: (value: Json | undefined) => void; path: string }

const choices = operators.map(operator => ({ value: operator, label: wordFor(strings.conditions.operators, operator) }));

/** Rows of value, operator, value; or one Liquid expression where the document has one. */
export function ConditionsField({ setting, value, onCommit, path }: Props) {
  const { canEdit, lookup, problems: all } = useForm();
  const problems = useMemo(() => problemsWithin(all, path), [all, path]);
  const condition = readCondition(value ?? setting.default);
  const put = (next: Condition) => onCommit(next.kind === "rows" && next.rows.length === 0 && !next.isObject && condition.kind === "rows" ? undefined : writeCondition(next));
  const fx = canEdit && <FxButton label={setting.label} name={setting.name} condition={condition} onChange={put} />;
  if (condition.kind === "expression") {
    return (
      <div className="conditions" role="group" aria-label={setting.label}>
        {fx}
        <TemplateEditor value={condition.text} onCommit={text => put({ ...condition, text })} label={setting.label} lookup={lookup} disabled={!canEdit} writing="condition" problems={problems} testId={`setting-${setting.name}`} />
        {condition.text.trim() !== "" && <ExpressionPreview template={condition.text} isCondition />}
      </div>
    );
  }
  const change = (at: number, row: ConditionRow) => put({ ...condition, rows: condition.rows.map((old, i) => (i === at ? row : old)) });
  return (
    <div className="conditions" role="group" aria-label={setting.label} data-testid={`setting-${setting.name}`}>
      {fx}
      {condition.isObject && condition.rows.length > 1 && (
        <Segments value={condition.match} label={setting.label} disabled={!canEdit} segments={[{ value: "all", label: strings.conditions.all }, { value: "any", label: strings.conditions.any }]}
          onChange={match => put({ ...condition, match: match === "any" ? "any" : "all" })} />
      )}
      {condition.rows.map((row, i) => (
        <Row key={i} row={row} index={i} all={problems} path={`${path}.${i}`} onChange={next => change(i, next)} onRemove={() => put({ ...condition, rows: condition.rows.filter((_, at) => at !== i) })} />
      ))}
      {condition.rows.length === 0 && <p className="field-help">{strings.conditions.none}</p>}
      {canEdit && (
        <button type="button" className="btn2 small quiet add-row" onClick={() => put({ ...condition, rows: [...condition.rows, { left: "", operator: "equals", right: "" }] })}>
          <Icon name="plus" size={13} />{strings.conditions.add}
        </button>
      )}
    </div>
  );
}

/** Between rows and one Liquid expression. */
function FxButton({ label, name, condition, onChange }: { label: string; name: string; condition: Condition; onChange: (next: Condition) => void }) {
  const store = useStore();
  const isOn = condition.kind === "expression";
  const change = () => {
    if (condition.kind === "expression") return onChange(rowsOf(condition));
    const text = expressionOf(condition);
    if (text === undefined) store.toast(strings.expression.notRepresentable);
    else onChange({ kind: "expression", text, isObject: condition.isObject });
  };
  return (
    <button type="button" className="fx-button above" aria-pressed={isOn} title={isOn ? strings.expression.rowsAgain : strings.expression.on} aria-label={strings.expression.named(label)} data-testid={`fx-${name}`} onClick={change}>
      {strings.expression.fx}
    </button>
  );
}

function Row({ row, index, all, path, onChange, onRemove }: { row: ConditionRow; index: number; /** Of the whole setting: those of a reference do not say in which row it stands. */ all: readonly Problem[]; path: string; onChange: (row: ConditionRow) => void; onRemove: () => void }) {
  const { canEdit, lookup, problems } = useForm();
  const place = strings.inspector.row(index + 1);
  const isBad = (part: string) => problemsWithin(problems, `${path}.${part}`).some(problem => problem.severity === "error");
  return (
    <div className="row-card condition" role="group" aria-label={place}>
      <TemplateEditor value={operandText(row.left)} onCommit={text => onChange({ ...row, left: operandValue(text, row.left) })} label={`${place}: ${strings.conditions.value}`} placeholder={strings.inspector.insertHint} lookup={lookup} problems={all} disabled={!canEdit} invalid={isBad("left")} />
      <div className="condition-line">
        <Select value={row.operator} choices={choices} label={`${place}: ${strings.conditions.operator}`} disabled={!canEdit} onChoose={operator => onChange({ ...row, operator })} />
        {canEdit && <button type="button" className="icb small" aria-label={strings.common.remove} title={strings.common.remove} onClick={onRemove}><Icon name="x" size={13} /></button>}
      </div>
      {!isUnary(row.operator) && (
        <TemplateEditor value={operandText(row.right)} onCommit={text => onChange({ ...row, right: operandValue(text, row.right) })} label={`${place}: ${strings.conditions.other}`} placeholder={strings.conditions.other} lookup={lookup} problems={all} disabled={!canEdit} invalid={isBad("right")} />
      )}
      {problemsWithin(problems, path).map((problem, i) => <p key={i} className={problem.severity === "error" ? "bad-text" : "warn-text"}>{problem.message}</p>)}
    </div>
  );
}

import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Select } from "../controls/Select";
import { HttpProblemCard } from "../run/ProblemList";
import { useEditor } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { TableResults } from "./TableResults";
import { mostBytes, type TableRuns, type TableView } from "./tableRuns";
import "./table.css";

export const TableContext = createContext<TableRuns | undefined>(undefined);

export function useTable(): [TableRuns, TableView] {
  const table = useContext(TableContext);
  if (!table) throw new Error("No table store above this component.");
  return [table, useSyncExternalStore(table.subscribe, table.state)];
}

/** Runs the draft over every row of a CSV: first the table and which column fills which input, then the results. */
export function TableTab() {
  const [table, view] = useTable();
  const canRun = useEditor((state) => state.canRun);
  useEffect(() => table.watch(), [table]);
  const isPreparing = canRun && (view.isPreparing || view.batches.length === 0);
  return (
    <div className="table-run" data-testid="table-run">
      {view.problem && <HttpProblemCard problem={view.problem} onDismiss={() => table.dismiss()} />}
      {isPreparing ? <Prepare /> : view.shown ? <TableResults page={view.shown} /> : <p className="hint pad">{canRun ? strings.table.loading : strings.table.none}</p>}
    </div>
  );
}

function Prepare() {
  const [table, view] = useTable();
  const { check } = view;
  return (
    <div className="table-prepare">
      <div className="table-bar">
        <p className="hint">{strings.table.intro}</p>
        {view.batches.length > 0 && <button type="button" className="btn2 small" onClick={() => table.leave()}>{strings.common.cancel}</button>}
      </div>
      <Source />
      {check && (
        <>
          <div className="table-map">
            {check.inputs.map((input) => (
              <label key={input.name} className="table-map-row">
                <span>{input.name}{input.required && <span className="must" title={strings.inspector.required}>*</span>}<em>{input.type}</em></span>
                <Select value={input.column ?? ""} label={strings.table.columnFor(input.name)} testId={`column-${input.name}`} choices={[{ value: "", label: strings.table.noColumn }, ...check.columns.map((name) => ({ value: name, label: name }))]}
                  onChoose={(column) => void table.map(input.name, column === "" ? null : column)} />
              </label>
            ))}
          </div>
          {check.errorCount > 0 && (
            <div className="table-errors" role="status" data-testid="table-errors">
              <b><Icon name="triangle-alert" size={14} />{strings.table.errors(check.errorCount, check.rows)}</b>
              <ul>{check.errors.map((error) => <li key={error.row}>{strings.table.rowError(error.row, error.line, error.message)}</li>)}</ul>
            </div>
          )}
          <div className="table-start">
            <label><span>{strings.table.atOnce}</span>
              <Select value={String(view.concurrency)} label={strings.table.atOnce} choices={[1, 2, 4, 8, 16].map((n) => ({ value: String(n), label: String(n) }))} onChoose={(n) => table.setConcurrency(Number(n))} /></label>
            <span className="gap" />
            <button type="button" className="btn2 primary" data-testid="table-start" disabled={view.isBusy || check.errorCount === check.rows || check.inputs.every((input) => input.column === undefined)} onClick={() => void table.start()}>
              <Icon name="play" size={13} />{strings.table.start(check.rows - check.errorCount)}
            </button>
          </div>
        </>
      )}
    </div>
  );
}

/** A file, dropped or chosen, or text that is pasted. */
function Source() {
  const [table, view] = useTable();
  const [text, setText] = useState(view.name ? "" : view.csv);
  const [problem, setProblem] = useState<string>();
  const [isOver, setOver] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (file.size > mostBytes) { setProblem(strings.table.tooLarge(file.name)); return; }
    setProblem(undefined);
    setText("");
    await table.setTable(await file.text(), file.name);
  };
  const paste = (value: string): void => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void table.setTable(value, ""), 400);
  };
  return (
    <div className={`table-source${isOver ? " over" : ""}`} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); void take(event.dataTransfer.files[0]); }}>
      {!view.name && <textarea className="ctl mono" rows={3} value={text} placeholder={strings.table.pasteHint} aria-label={strings.table.paste} spellCheck={false} data-testid="table-paste" onChange={(event) => paste(event.target.value)} />}
      <div className="table-file">
        <label className="btn2 small"><Icon name="file-spreadsheet" size={14} />{strings.table.choose}
          <input className="sr" type="file" accept=".csv,.tsv,.txt,text/csv" data-testid="table-file" onChange={(event) => { void take(event.target.files?.[0]); event.target.value = ""; }} /></label>
        <span className="dim">{view.name || strings.table.drop}</span>
        {view.name && <button type="button" className="icb small" aria-label={strings.debug.clear} title={strings.debug.clear} onClick={() => void table.setTable("", "")}><Icon name="x" size={13} /></button>}
      </div>
      {problem && <p className="bad-text" role="alert">{problem}</p>}
    </div>
  );
}

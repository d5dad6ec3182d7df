import { useBridge } from "../bridge";
import type { BatchItem, BatchPage } from "../contract";
import { Select } from "../controls/Select";
import { count, duration } from "../run/format";
import { useEditor } from "../store";
import { language, strings } from "../strings";
import { Icon } from "../ui/Icon";
import { useTable } from "./TableTab";

const marks: Record<string, { icon: string; tone: string }> = {
  queued: { icon: "clock", tone: "dim" }, running: { icon: "loader-circle", tone: "run" }, waiting: { icon: "user", tone: "warn" },
  completed: { icon: "check", tone: "ok" }, failed: { icon: "x", tone: "err" }, cancelled: { icon: "ban", tone: "dim" },
};

export function TableResults({ page }: { page: BatchPage }) {
  const [table, view] = useTable();
  const bridge = useBridge();
  const canRun = useEditor((state) => state.canRun);
  const { batch, items } = page;
  const total = Object.values(batch.counts).reduce((sum, n) => sum + n, 0);
  const open = (batch.counts["queued"] ?? 0) + (batch.counts["running"] ?? 0);
  const isOn = batch.endedAt === undefined;
  const label = (one: typeof batch): string => `${one.name} · ${new Date(one.createdAt).toLocaleString(language, { dateStyle: "short", timeStyle: "short" })}`;
  return (
    <>
      <div className="table-bar">
        <div className="table-pick"><Select value={batch.id} label={strings.table.earlier} choices={view.batches.map((one) => ({ value: one.id, label: label(one) }))} onChoose={(id) => void table.show(id)} /></div>
        <span className={`chip${isOn ? " accent" : ""}`} data-testid="table-state" data-state={isOn ? "running" : "completed"}>{isOn ? strings.table.progress(total - open, total) : batch.isCancelled ? strings.run.states["cancelled"] : strings.table.done(total)}</span>
        {Object.entries(batch.counts).filter(([state]) => state === "failed" || state === "waiting").map(([state, n]) => <span key={state} className={`table-count ${marks[state]!.tone}`}>{strings.table.stateCount(n, state)}</span>)}
        <span className="gap" />
        {isOn && canRun && <button type="button" className="btn2 small" data-testid="table-cancel" onClick={() => void table.cancel()}><Icon name="square" size={12} />{strings.run.stop}</button>}
        <a className="btn2 small" href={bridge.batchCsvUrl(batch.id)} download data-testid="table-download"><Icon name="download" size={13} />{strings.table.download}</a>
        {canRun && <button type="button" className="btn2 small primary" data-testid="table-new" onClick={() => table.prepare()}><Icon name="plus" size={13} />{strings.table.another}</button>}
      </div>
      <progress className="table-progress" value={total - open} max={total} aria-label={strings.table.progress(total - open, total)} />
      <div className="table-scroll" tabIndex={0} role="region" aria-label={strings.table.results}>
        <table className="table-grid">
          <thead><tr><th className="num">#</th>{batch.columns.map((name) => <th key={name}>{name}</th>)}<th>{strings.table.output}</th><th>{strings.table.state}</th><th className="num">{strings.table.time}</th><th className="num">{strings.table.tokens}</th><th><span className="sr">{strings.table.run}</span></th></tr></thead>
          <tbody>{items.map((item) => <Row key={item.number} item={item} columns={batch.columns.length} />)}</tbody>
        </table>
        {items.length < total && <button type="button" className="btn2 small table-more" onClick={() => void table.more()}>{strings.common.more} ({total - items.length})</button>}
      </div>
    </>
  );
}

function Row({ item, columns }: { item: BatchItem; columns: number }) {
  const mark = marks[item.state]!;
  return (
    <tr data-testid={`table-row-${item.number}`} data-state={item.state}>
      <td className="num dim">{item.number}</td>
      {Array.from({ length: columns }, (_, i) => <td key={i} title={item.cells[i]}><div className="cell">{item.cells[i] ?? ""}</div></td>)}
      <td title={item.error ?? item.output}><div className={`cell${item.error ? " err" : ""}`}>{item.error ?? item.output ?? ""}</div></td>
      <td className={`state ${mark.tone}`}><span><Icon name={mark.icon} size={13} className={item.state === "running" ? "spin" : undefined} />{strings.run.states[item.state]}</span></td>
      <td className="num">{item.durationMs === undefined ? "" : duration(item.durationMs)}</td>
      <td className="num">{item.tokens > 0 ? count(item.tokens) : ""}</td>
      <td>{item.runId && <a href={`/runs/${item.runId}`} target="_blank" rel="noopener" aria-label={strings.table.openRun(item.number)} title={strings.table.openRun(item.number)}><Icon name="external-link" size={14} /></a>}</td>
    </tr>
  );
}

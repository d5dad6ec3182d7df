import type { CallTrace } from "../contract";
import { strings } from "../strings";
import { cost, count, duration } from "./format";

/** Each call of a model: who answered, what it waited for, what it cost; and why another was left. */
export function ModelCalls({ calls }: { calls: readonly CallTrace[] }) {
  return <ul className="model-calls">{calls.map((call, i) => <li key={i} data-failed={call.error ? "" : undefined}><Call call={call} /></li>)}</ul>;
}

function Call({ call }: { call: CallTrace }) {
  const words = strings.lastRun;
  const facts: [string, string][] = [];
  if (call.queueMs !== undefined) facts.push([words.queue, duration(call.queueMs)]);
  if (call.loadMs !== undefined) facts.push([words.load, duration(call.loadMs)]);
  if (call.firstTokenMs !== undefined) facts.push([words.firstToken, duration(call.firstTokenMs)]);
  facts.push([words.total, duration(call.totalMs)]);
  if (call.inputTokens + call.outputTokens > 0) facts.push([words.tokensLabel, words.tokens(count(call.inputTokens), count(call.outputTokens))]);
  if (call.cost !== undefined) facts.push([words.cost, cost(call.cost)]);
  return (
    <>
      <b className="model-call-name">{call.model}</b>
      <dl>{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      {call.fromCache && <p className="model-call-why">{words.fromCache}</p>}
      {call.insteadOf && <p className="model-call-why">{words.insteadOf(call.insteadOf)} {call.because ?? ""}</p>}
      {call.error && <p className="model-call-why">{call.error}</p>}
    </>
  );
}

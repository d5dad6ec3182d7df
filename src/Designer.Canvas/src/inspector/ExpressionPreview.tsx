import { useEffect, useMemo, useState } from "react";
import type { Json } from "../contract";
import { useBridge } from "../bridge";
import { strings } from "../strings";
import { useForm } from "./context";
import { short } from "./lastValues";
import { planPreview, type PreviewResult } from "./preview";

const pauseMs = 300;
const words = strings.expression;

/** Below an expression: what it gives now. Asks the server after a pause in typing only. */
export function ExpressionPreview({ template, isCondition = false }: { template: Json; isCondition?: boolean }) {
  const { lookup } = useForm();
  const bridge = useBridge();
  const plan = useMemo(() => planPreview(template, isCondition, lookup), [template, isCondition, lookup]);
  const [answer, setAnswer] = useState<{ plan: unknown; result: PreviewResult }>();
  useEffect(() => {
    if (plan.kind !== "ask") return;
    let gone = false;
    const timer = setTimeout(() => {
      bridge.preview(plan.request).then(
        result => { if (!gone) setAnswer({ plan, result }); },
        (error: unknown) => { if (!gone) setAnswer({ plan, result: { problem: { message: error instanceof Error ? error.message : String(error), line: 0, column: 0 } } }); });
    }, pauseMs);
    return () => { gone = true; clearTimeout(timer); };
  }, [plan, bridge]);
  const result = plan.kind === "ask" ? answer?.result : undefined;
  const isOld = plan.kind === "ask" && answer?.plan !== plan;
  return (
    <div className={`preview${isOld ? " old" : ""}`} role="status" aria-label={words.preview} data-testid="preview" data-ready={!isOld}>
      {plan.kind === "constant" && <code>{short(template, 400)}</code>}
      {plan.kind === "missing" && <p>{words.nothingYet(plan.roots.join(", "))}</p>}
      {plan.kind === "tooLarge" && <p>{words.tooLarge}</p>}
      {plan.kind === "known" && <Value value={plan.value} />}
      {plan.kind === "ask" && !result && <p>{words.evaluating}</p>}
      {result?.problem && <p className="bad-text">{result.problem.line > 0 && !result.problem.message.includes(`line ${result.problem.line}`) && words.at(result.problem.line, result.problem.column)}{result.problem.message}</p>}
      {result && !result.problem && <Value value={result.value ?? null} isCut={result.isCut === true} />}
    </div>
  );
}

const Value = ({ value, isCut = false }: { value: Json; isCut?: boolean }) => (
  <>
    <code title={words.fromRun}>{typeof value === "string" ? value : JSON.stringify(value, null, 1).slice(0, 4000)}</code>
    <small>{value === null ? "null" : Array.isArray(value) ? `array (${value.length})` : typeof value}{isCut && ` · ${words.cut}`}</small>
  </>
);

import { useState } from "react";
import type { FlowNode, Json, NodeDescriptor, Op } from "../contract";
import { TextBox } from "../controls/Basic";
import { Select } from "../controls/Select";
import { edgesInto } from "../kernel/document";
import { portsOf } from "../kernel/ports";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { useForm } from "./context";
import { isDuration } from "./duration";
import { jsonToText, textToJson } from "./jsonText";
import { problemsWithin } from "./problems";
import { TemplateEditor } from "./TemplateEditor";

const words = strings.errors;
type Field = Extract<Op, { op: "setNode" }>["field"];
type OnError = NonNullable<FlowNode["onError"]>;
type Retry = NonNullable<FlowNode["retry"]>;

/** Timeout per attempt, then retries, then what happens when it still fails; and how the node joins. */
export function ErrorsTab({ node, type }: { node: FlowNode; type: NodeDescriptor | undefined }) {
  const store = useStore();
  const { canEdit } = useForm();
  const incoming = useEditor(view => edgesInto(view.document, node.id).filter(edge => edge.to.port !== "tool").length);
  const set = (field: Field, label: string, value: Json) => store.commit([{ op: "setNode", id: node.id, field, value }], label, { merge: `node:${node.id}:${field}` });
  const retry = node.retry ?? { attempts: 1 };
  const setRetry = (change: Partial<Retry>) => {
    const next: Retry = { ...retry, ...change };
    if (next.delay === "" || next.delay === undefined) delete next.delay;
    set("retry", words.attempts, next.attempts <= 1 ? null : next as unknown as Json);
  };
  return (
    <>
      <DurationBox label={words.timeout} help={words.timeoutHelp} value={node.timeout ?? ""} onCommit={text => set("timeout", words.timeout, text || null)} path="timeout" testId="timeout" />
      <Labelled label={words.attempts} help={retry.attempts <= 1 ? words.attemptsHelp : undefined} path="retry">
        <TextBox className="num-in" value={String(retry.attempts)} label={words.attempts} inputMode="numeric" disabled={!canEdit} testId="retry-attempts"
          onCommit={text => { const n = Number(text); if (Number.isInteger(n) && n >= 1 && n <= 20) setRetry({ attempts: n }); else if (text.trim() === "") setRetry({ attempts: 1 }); }} />
      </Labelled>
      {retry.attempts > 1 && (
        <div className="pair">
          <Labelled label={words.backoff} path="retry.backoff">
            <Select value={retry.backoff ?? "fixed"} label={words.backoff} disabled={!canEdit} choices={["fixed", "linear", "exponential"].map(value => ({ value, label: backoffLabel(value) }))} onChoose={backoff => setRetry({ backoff })} />
          </Labelled>
          <DurationBox label={words.delay} value={retry.delay ?? ""} onCommit={delay => setRetry({ delay })} path="retry.delay" testId="retry-delay" />
        </div>
      )}
      <OnErrorFields node={node} type={type} set={value => set("onError", words.mode, value as unknown as Json)} />
      {incoming > 1 && (
        <Labelled label={words.join} path="join">
          <Select value={node.join ?? "all"} label={words.join} disabled={!canEdit} choices={[{ value: "all", label: words.joinAll }, { value: "any", label: words.joinAny }]} onChoose={join => set("join", words.join, join === "any" ? "any" : null)} />
        </Labelled>
      )}
    </>
  );
}

const backoffLabel = (value: string) => (value === "exponential" ? words.exponential : value === "linear" ? words.linear : words.fixed);

function OnErrorFields({ node, type, set }: { node: FlowNode; type: NodeDescriptor | undefined; set: (value: OnError | null) => void }) {
  const { canEdit, lookup } = useForm();
  const document = useEditor(view => view.document);
  const [error, setError] = useState<string>();
  const onError = node.onError ?? { mode: "fail" as const };
  const ports = portsOf(node, type, document).filter(port => port.kind === "out" && port.name !== "error");
  const choose = (mode: string) => {
    if (mode === "fail") set(null);
    else if (mode === "branch") set({ mode: "branch" });
    else set({ mode: "default", ...(onError.value === undefined ? {} : { value: onError.value }), ...(ports.length > 1 ? { port: onError.port ?? ports[0]!.name } : {}) });
  };
  return (
    <>
      <Labelled label={words.mode} path="onError">
        <Select value={onError.mode} label={words.mode} disabled={!canEdit} testId="on-error" choices={[{ value: "fail", label: words.fail }, { value: "branch", label: words.branch }, { value: "default", label: words.default }]} onChoose={choose} />
      </Labelled>
      {onError.mode === "default" && (
        <>
          <Labelled label={words.value} path="onError.value" error={error}>
            <TemplateEditor value={jsonToText(onError.value, false)} label={words.value} lookup={lookup} isTemplate={false} multiline language="json" disabled={!canEdit} invalid={error !== undefined} testId="on-error-value"
              onCommit={text => {
                const read = textToJson(text, false);
                setError(read.error === undefined ? undefined : strings.inspector.jsonError(read.error));
                if (read.error === undefined) set({ mode: "default", ...(read.value === undefined ? {} : { value: read.value }), ...(onError.port ? { port: onError.port } : {}) });
              }} />
          </Labelled>
          {ports.length > 1 && (
            <Labelled label={words.port} path="onError.port">
              <Select value={onError.port ?? ports[0]!.name} label={words.port} disabled={!canEdit} choices={ports.map(port => ({ value: port.name, label: port.label }))} onChoose={port => set({ ...onError, port })} />
            </Labelled>
          )}
        </>
      )}
    </>
  );
}

function DurationBox({ label, help, value, onCommit, path, testId }: { label: string; help?: string; value: string; onCommit: (text: string) => void; path: string; testId: string }) {
  const { canEdit } = useForm();
  const [error, setError] = useState<string>();
  return (
    <Labelled label={label} help={help} error={error} path={path}>
      <TextBox className="num-in" value={value} label={label} disabled={!canEdit} invalid={error !== undefined} testId={testId} placeholder={strings.common.none}
        onCommit={text => {
          const plain = text.trim().toLowerCase().replace(/\s+/g, "");
          const isFine = plain === "" || isDuration(plain);
          setError(isFine ? undefined : words.badDuration);
          if (isFine) onCommit(plain);
        }} />
    </Labelled>
  );
}

function Labelled({ label, help, error, path, children }: { label: string; help?: string | undefined; error?: string | undefined; path: string; children: React.ReactNode }) {
  const { problems } = useForm();
  return (
    <div className="fld">
      <span className="fld-label"><span>{label}</span></span>
      {children}
      {error && <p className="bad-text">{error}</p>}
      {problemsWithin(problems, path).map((problem, i) => <p key={i} className={problem.severity === "error" ? "bad-text" : "warn-text"}>{problem.message}</p>)}
      {help && <p className="field-help">{help}</p>}
    </div>
  );
}

import type { NodeProps } from "@xyflow/react";
import { memo, useContext } from "react";
import { summaryOf } from "../kernel/summary";
import { useEditor, useStore, type EditorView } from "../store";
import { Icon } from "../ui/Icon";
import { groupColour, Tile } from "../ui/Tile";
import type { FaceNode } from "./flowNodes";
import { FarContext } from "./far";
import { Port } from "./Port";
import { StateMark } from "./StateMark";
import { problemsByNode } from "../kernel/problems";
import { strings } from "../strings";

export const NodeFace = memo(function NodeFace({ id, data, selected }: NodeProps<FaceNode>) {
  const { node, descriptor, face } = data;
  const far = useContext(FarContext);
  const paint = useEditor((view) => view.run.byNode.get(id));
  const problem = useEditor((view) => problemsByNode(view.problems).get(id));
  const editable = useEditor((view) => view.canEdit);
  const dropHere = useEditor((view) => view.drop?.container === id);
  const running = useEditor((view) => view.run.runId !== undefined);
  const colour = descriptor ? groupColour[descriptor.group] : "var(--ink3)";
  const classes = ["face", selected && "selected", node.disabled && "disabled", face.body && "container", dropHere && "drop-here", !descriptor && "unknown", far && "far"];
  const state = paint?.state ?? (running ? "untouched" : undefined);
  return (
    <div className={classes.filter(Boolean).join(" ")} data-testid={`node-${id}`} data-state={state} style={{ "--c": colour } as React.CSSProperties}>
      {far ? <FarFace icon={descriptor?.icon ?? "box"} /> : (
        <>
          <div className="face-head">
            <Tile group={descriptor?.group} icon={descriptor?.icon ?? "circle-question-mark"} />
            <Name id={id} name={node.name} />
            {paint && <StateMark paint={paint} />}
            {!paint && node.disabled && <span className="mark tone-quiet" aria-label={strings.canvas.disabled}><Icon name="power-off" size={13} /></span>}
          </div>
          <Summary data={data} />
          {face.rows.map((port) => <div key={port.name} className={`face-row${port.name === "error" ? " row-error" : ""}`}>{port.label}</div>)}
          {face.attachments.length > 0 && (
            <div className="face-attachments">{face.attachments.map((port) => <span key={port.name}>{port.label}</span>)}</div>
          )}
          {face.body && <div className="face-body" style={{ top: face.body.y - 12 }}>{node.children?.nodes.length ? null : <p>{strings.canvas.emptyBody}</p>}</div>}
          {problem && <span className={`flag flag-${problem.severity}`} title={problem.message}><Icon name="triangle-alert" size={12} /></span>}
        </>
      )}
      {face.ports.map((placed) => <Port key={placed.port.name} nodeId={id} placed={placed} used={placed.port.kind === "tool" ? face.isAttached : face.used.has(placed.port.name)} editable={editable} />)}
    </div>
  );
});

/** Below zoom 0.3 nothing can be read: a tile and its colour say what stands where. */
const FarFace = ({ icon }: { icon: string }) => <div className="face-far"><Icon name={icon} size={40} /></div>;

function Summary({ data }: { data: FaceNode["data"] }) {
  const text = useEditor((view) => summaryOf(data.node, data.descriptor, (slot) => boundLabel(view, slot)));
  return <div className="face-summary" title={text}>{text}</div>;
}

function boundLabel(view: EditorView, slot: string): string | undefined {
  const value = view.bindings[slot];
  const kind = view.document.slots?.[slot]?.kind;
  return value && kind ? view.options[kind]?.find((option) => option.value === value)?.label : undefined;
}

function Name({ id, name }: { id: string; name: string }) {
  const store = useStore();
  const renaming = useEditor((view) => view.renaming === id);
  if (!renaming) return <b className="face-name" title={name}>{name}</b>;
  const finish = (value: string): void => {
    if (store.state().renaming !== id) return;
    store.set({ renaming: undefined });
    const wanted = value.trim();
    if (wanted && wanted !== name) store.commit([{ op: "setNode", id, field: "name", value: wanted }], strings.steps.rename);
  };
  return (
    <input className="face-rename nodrag nopan" aria-label={strings.canvas.nodeName} defaultValue={name} autoFocus maxLength={80} onFocus={(event) => event.target.select()}
      onBlur={(event) => finish(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") finish(event.currentTarget.value);
        if (event.key === "Escape") store.set({ renaming: undefined });
      }} />
  );
}

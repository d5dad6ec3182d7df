import type { NodeProps } from "@xyflow/react";
import { memo, useContext, useMemo } from "react";
import { summaryOf } from "../kernel/summary";
import { useEditor, useStore } from "../store";
import { InlineName } from "../controls/InlineName";
import { Icon } from "../ui/Icon";
import { Tile } from "../ui/Tile";
import { DebugMarks } from "../debug/DebugMarks";
import type { FaceNode } from "./flowNodes";
import { FarContext } from "./far";
import { Port } from "./Port";
import { StateMark } from "./StateMark";
import { problemsByNode } from "../kernel/problems";
import { unpublishedNodes } from "../kernel/unpublished";
import { strings } from "../strings";

export const NodeFace = memo(function NodeFace(props: NodeProps<FaceNode>) {
  return useContext(FarContext) ? <FarFace {...props} /> : <NearFace {...props} />;
});

function NearFace({ id, data, selected }: NodeProps<FaceNode>) {
  const { node, descriptor, face } = data;
  const paint = useEditor((view) => view.run.byNode.get(id));
  const problem = useEditor((view) => problemsByNode(view.problems).get(id));
  const editable = useEditor((view) => view.canEdit);
  const dropHere = useEditor((view) => view.drop?.container === id);
  const running = useEditor((view) => view.run.runId !== undefined);
  const isNew = useEditor((view) => unpublishedNodes(view.published, view.document).has(id));
  const collapsed = node.collapsed ?? false;
  const classes = ["face", collapsed && "collapsed", selected && "selected", node.disabled && "disabled", face.body && "container", dropHere && "drop-here", !descriptor && "unknown"];
  return (
    <div className={classes.filter(Boolean).join(" ")} data-testid={`node-${id}`} data-state={paint?.state ?? (running ? "untouched" : undefined)}>
      <div className="face-head">
        <Tile group={descriptor?.group} icon={descriptor?.icon ?? "circle-question-mark"} />
        <Name id={id} name={node.name} />
        {paint && <StateMark paint={paint} />}
        {!paint && node.disabled && <span className="mark tone-quiet" role="img" aria-label={strings.canvas.disabled}><Icon name="power-off" size={13} /></span>}
      </div>
      {!collapsed && <Summary data={data} />}
      {face.rows.map((port) => <div key={port.name} className={`face-row${port.name === "error" ? " row-error" : ""}`}>{port.label}</div>)}
      {face.attachments.length > 0 && <div className="face-attachments">{face.attachments.map((port) => <span key={port.name}>{port.label}</span>)}</div>}
      {face.body && <div className="face-body" style={{ top: face.body.y - 12 }}>{node.children?.nodes.length ? null : <p>{strings.canvas.emptyBody}</p>}</div>}
      <DebugMarks nodeId={id} />
      {isNew && <span className="unpublished" role="img" aria-label={strings.canvas.unpublished} title={strings.canvas.unpublished} data-testid={`unpublished-${id}`} />}
      {problem && <span className={`flag flag-${problem.severity}`} role="img" aria-label={problem.message} title={problem.message}><Icon name="triangle-alert" size={12} /></span>}
      {face.ports.map((placed) => (
        <Port key={placed.port.name} nodeId={id} placed={placed} used={placed.port.kind === "tool" ? face.isAttached : face.used.has(placed.port.name)} editable={editable} reachable={selected && editable} />
      ))}
    </div>
  );
}

/** Below zoom 0.3 FarPaint shows what stands where; here only the box remains, to be pointed at, focused and found. */
function FarFace({ id, data, selected }: NodeProps<FaceNode>) {
  const state = useEditor((view) => view.run.byNode.get(id)?.state);
  return <div className={`far-face${selected ? " selected" : ""}${data.face.body ? " container" : ""}`} data-testid={`node-${id}`} data-state={state} />;
}

function Summary({ data }: { data: FaceNode["data"] }) {
  const bindings = useEditor((view) => view.bindings);
  const options = useEditor((view) => view.options);
  const slots = useEditor((view) => view.document.slots);
  const text = useMemo(() => summaryOf(data.node, data.descriptor, (slot) => {
    const kind = slots?.[slot]?.kind;
    return kind && options[kind]?.find((option) => option.value === bindings[slot])?.label;
  }), [data.node, data.descriptor, bindings, options, slots]);
  return <div className="face-summary" title={text}>{text}</div>;
}

function Name({ id, name }: { id: string; name: string }) {
  const store = useStore();
  const renaming = useEditor((view) => view.renaming === id && !view.outlineOpen);
  if (!renaming) return <b className="face-name" title={name}>{name}</b>;
  return (
    <InlineName renames={id} name={name} label={strings.canvas.nodeName} className="face-rename nodrag nopan"
      onRename={(wanted) => store.commit([{ op: "setNode", id, field: "name", value: wanted }], strings.steps.rename)} />
  );
}

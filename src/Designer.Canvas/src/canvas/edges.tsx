import { BaseEdge, getBezierPath, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { useEditor, useStore, type EditorView } from "../store";
import type { CanvasEdge } from "./flowNodes";
import { strings } from "../strings";

type Happened = "ok" | "run" | "err" | "skipped" | "none";

/** What happened on an edge, from the steps at its two ends. */
function happened(view: EditorView, from: string, port: string, to: string): Happened {
  const source = view.run.byNode.get(from);
  if (!source) return "none";
  if (source.state === "running") return view.run.byNode.get(to)?.state === "running" ? "run" : "none";
  if (source.state === "skipped") return "skipped";
  const left = source.port ?? (source.state === "failed" ? "error" : source.state === "done" || source.state === "cached" ? "out" : undefined);
  if (left === undefined) return "none";
  if (left !== port) return "skipped";
  if (port === "error") return "err";
  const target = view.run.byNode.get(to);
  return target?.state === "running" ? "run" : "ok";
}

export const SequenceEdge = memo(function SequenceEdge(props: EdgeProps<CanvasEdge>) {
  const store = useStore();
  const { from, to } = props.data!.placed;
  const state = useEditor((view) => happened(view, from.node, from.port, to.node));
  const splitHere = useEditor((view) => view.drop?.edge === props.id);
  const editable = useEditor((view) => view.canEdit);
  const change = useEditor((view) => view.changes.get(`edge ${props.id}`));
  const [path, x, y] = getBezierPath(props);
  const insert = (event: React.MouseEvent): void => {
    event.stopPropagation();
    store.set({ add: { client: { x: event.clientX + 12, y: event.clientY - 16 }, edge: props.id } });
  };
  return (
    <g className={`edge edge-${state}${props.selected ? " selected" : ""}${splitHere ? " split-here" : ""}${from.port === "error" ? " edge-error" : ""}${change ? ` edge-${change}` : ""}`}>
      <BaseEdge id={props.id} path={path} interactionWidth={20} />
      {editable && (
        <g className="edge-plus" transform={`translate(${x} ${y})`} role="button" aria-label={strings.canvas.insertBetween(from.node, to.node)} data-testid={`insert-${props.id}`} onClick={insert}>
          <circle r={9} /><path d="M-4 0H4M0-4V4" />
        </g>
      )}
    </g>
  );
});

export const AttachmentEdge = memo(function AttachmentEdge(props: EdgeProps<CanvasEdge>) {
  const used = useEditor((view) => view.run.byNode.get(props.target)?.state);
  const change = useEditor((view) => view.changes.get(`edge ${props.id}`));
  const [path] = getBezierPath(props);
  const state: Happened = used === "running" ? "run" : used === "done" ? "ok" : used === "failed" ? "err" : "none";
  return (
    <g className={`edge edge-attachment edge-${state}${props.selected ? " selected" : ""}${change ? ` edge-${change}` : ""}`}><BaseEdge id={props.id} path={path} interactionWidth={20} /></g>
  );
});

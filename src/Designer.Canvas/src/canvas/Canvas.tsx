import {
  Background, BackgroundVariant, MiniMap, ReactFlow, SelectionMode, useReactFlow, useStore as useFlowStore, type Connection, type EdgeChange, type FinalConnectionState,
  type NodeChange, type OnConnectStart, type ReactFlowInstance,
} from "@xyflow/react";
import { useCallback, useContext, useMemo, useRef, useState, type RefObject } from "react";
import { BridgeContext } from "../bridge";
import type { Op, Position } from "../contract";
import { canConnect } from "../kernel/compat";
import { findNode, graphOf, parentOf, type End } from "../kernel/document";
import { absoluteBox, absolutePosition, cachedFace, containerAt } from "../kernel/face";
import { groupBox, groupOfNodeId, groupsOf, hiddenNodes } from "../kernel/groups";
import { align, type Guide } from "../kernel/guides";
import { canSplit, planConnect, planMoveInto, planReconnect, planSplit } from "../kernel/plan";
import { useEditor, useStore } from "../store";
import { AddPopup } from "../palette/AddPopup";
import { draggedType } from "../palette/items";
import { lastDragMode, isNarrow, useNarrow } from "../ui/remember";
import { addNode, addNote, intoLevel } from "./actions";
import { useClipboard } from "./clipboard";
import { AttachmentEdge, SequenceEdge } from "./edges";
import { Empty } from "./Empty";
import { FarPaint } from "./FarPaint";
import { FarContext, farZoom } from "./far";
import { FarDrag, noMoves } from "./farDrag";
import { ChangeMarks } from "./ChangeMarks";
import { Others } from "./Others";
import { EdgeCache, NodeCache, noteOf, type CanvasEdge, type CanvasNode, type FaceNode, type NoteNode } from "./flowNodes";
import { useKeys } from "./keys";
import { GroupFace } from "./GroupFace";
import { Guides } from "./Guides";
import { NodeMenu } from "./NodeMenu";
import { NodeTools } from "./NodeTools";
import { NodeFace } from "./NodeFace";
import { NoteFace } from "./NoteFace";
import { groupTone } from "./groupTone";
import { isSubflow, openSubflow } from "./subflows";
import { ReferenceLines } from "./ReferenceLines";
import { maxZoom, useGestures } from "./useGestures";
import { minZoom, useReveal } from "./useReveal";
import { ZoomBar } from "./ZoomBar";
import { strings } from "../strings";

const nodeTypes = { face: NodeFace, note: NoteFace, region: GroupFace };
const edgeTypes = { sequence: SequenceEdge, attachment: AttachmentEdge };
const grid: [number, number] = [16, 16];
const noEdges: CanvasEdge[] = [];
const noGuides: readonly Guide[] = [];

export function Canvas({ root }: { root: RefObject<HTMLElement | null> }) {
  // A picture of what differs between two states has no host to ask.
  const isHosted = useContext(BridgeContext) !== undefined;
  const store = useStore();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const document = useEditor((view) => view.document);
  const types = useEditor((view) => view.nodeTypes);
  // On narrow screens a finger pans; it must not carry nodes along or draw wires.
  const isReading = useNarrow();
  const canEdit = useEditor((view) => view.canEdit) && !isReading;
  const selection = useEditor((view) => view.selection);
  const selectedEdges = useEditor((view) => view.selectedEdges);
  const selectedNotes = useEditor((view) => view.selectedNotes);
  const [moved, setMoved] = useState(noMoves);
  const [guides, setGuides] = useState<readonly Guide[]>(noGuides);
  const [hovered, setHovered] = useState<string>();
  const nodeCache = useRef(new NodeCache());
  const edgeCache = useRef(new EdgeCache());
  const [farDrag] = useState(() => new FarDrag());
  const [isDragging, setDragging] = useState(false);
  const stage = useRef<HTMLDivElement>(null);
  const pointer = useRef<Position | undefined>(undefined);
  /** The node selected before this press: on narrow screens a second tap opens its settings. */
  const wasChosen = useRef<string>(undefined);
  const mode = useEditor((view) => view.mode);
  const far = useFlowStore((state) => state.transform[2] < farZoom);

  const chosen = useMemo(() => new Set([...selection, ...selectedNotes.map((id) => `note ${id}`)]), [selection, selectedNotes]);
  const place = (places: ReadonlyMap<string, Position>): CanvasNode[] => nodeCache.current.build(document, types, chosen, places, canEdit);
  const nodes = useMemo(() => place(moved), [document, types, chosen, moved, canEdit]);
  const edges = useMemo(() => edgeCache.current.build(document, new Set(selectedEdges), canEdit), [document, selectedEdges, canEdit]);

  const centre = useCallback((): Position => {
    const box = stage.current!.getBoundingClientRect();
    const bottom = stage.current!.querySelector(".drawer")?.getBoundingClientRect().top ?? box.bottom;
    return { x: (box.left + box.right) / 2, y: (box.top + bottom) / 2 };
  }, []);
  const pointerOrCentre = useCallback((): Position => pointer.current ?? centre(), [centre]);
  useKeys(store, flow as unknown as ReactFlowInstance<never, never>, root, pointerOrCentre);
  useClipboard(store, root, () => flow.screenToFlowPosition(pointerOrCentre()));
  useReveal(stage, far);
  useGestures(stage);

  const onNodesChange = (changes: NodeChange<CanvasNode>[]): void => {
    const positions = new Map(far ? farDrag.moved : moved);
    let dragged = false;
    const picked = new Set(chosen);
    let pickedChanged = false;
    for (const change of changes) {
      if (change.type === "position" && change.position && change.dragging) {
        const group = groupOfNodeId(change.id);
        if (group === undefined) positions.set(change.id, change.position);
        else for (const [id, at] of carried(group, change.position)) positions.set(id, at);
        dragged = true;
      }
      if (change.type === "select") {
        pickedChanged = true;
        if (change.selected) picked.add(change.id);
        else picked.delete(change.id);
      }
    }
    // A drag that a second finger breaks off has no other end.
    if (changes.some((change) => change.type === "position" && change.dragging === false)) queueMicrotask(endDrag);
    if (dragged && far) farDrag.move(positions);
    else if (dragged) setMoved(aligned(positions));
    if (pickedChanged) {
      const ids = [...picked];
      store.select(ids.filter((id) => noteOf(id) === undefined), store.state().selectedEdges, ids.flatMap((id) => noteOf(id) ?? []));
    }
  };

  function endDrag(): void {
    farDrag.end();
    setDragging(false);
    setMoved(noMoves);
    setGuides(noGuides);
    if (store.state().drop) store.set({ drop: undefined });
  }

  /** A single node that is dragged meets the edges and middles of the others on its level. */
  function aligned(positions: Map<string, Position>): Map<string, Position> {
    const { document: doc, nodeTypes: now } = store.state();
    const id = positions.size === 1 ? [...positions.keys()][0]! : undefined;
    const node = id === undefined ? undefined : findNode(doc, id);
    if (!node) { setGuides(noGuides); return positions; }
    const level = parentOf(doc, node.id);
    const at = positions.get(node.id)!;
    const body = level === undefined ? undefined : cachedFace(doc, findNode(doc, level)!, now).body;
    const origin = level === undefined ? { x: 0, y: 0 } : absolutePosition(doc, level, now);
    const face = cachedFace(doc, node, now);
    const hidden = hiddenNodes(doc);
    const others = (graphOf(doc, level)?.nodes ?? []).filter((one) => one.id !== node.id && !hidden.has(one.id))
      .map((one) => ({ x: one.position.x + (body?.x ?? 0) + origin.x, y: one.position.y + (body?.y ?? 0) + origin.y, width: cachedFace(doc, one, now).width, height: cachedFace(doc, one, now).height }));
    const found = align({ x: at.x + origin.x, y: at.y + origin.y, width: face.width, height: face.height }, others);
    setGuides(found.guides);
    return new Map([[node.id, { x: at.x + found.dx, y: at.y + found.dy }]]);
  }

  /** Where a group's nodes stand when the group itself is dragged to a place. */
  function carried(groupId: string, to: Position): Map<string, Position> {
    const { document: doc, nodeTypes: now } = store.state();
    const placed = groupsOf(doc).get(groupId);
    if (!placed) return new Map();
    const body = placed.parent === undefined ? undefined : cachedFace(doc, findNode(doc, placed.parent)!, now).body;
    const [left, top] = [body?.x ?? 0, body?.y ?? 0];
    const box = groupBox(doc, now, placed);
    // The nodes keep to the grid; the box around them never was on it.
    let [dx, dy] = [onGridStep(to.x - left - box.x), onGridStep(to.y - top - box.y)];
    if (body) {
      dx = Math.max(dx, -Math.min(...placed.members.map((node) => node.position.x)));
      dy = Math.max(dy, -Math.min(...placed.members.map((node) => node.position.y)));
    }
    return new Map(placed.members.map((node) => [node.id, { x: node.position.x + dx + left, y: node.position.y + dy + top }]));
  }

  const onEdgesChange = (changes: EdgeChange<CanvasEdge>[]): void => {
    const picked = new Set(store.state().selectedEdges);
    for (const change of changes) {
      if (change.type !== "select") continue;
      if (change.selected) picked.add(change.id);
      else picked.delete(change.id);
    }
    store.select(store.state().selection, [...picked], store.state().selectedNotes);
  };

  const endsOf = (connection: Pick<Connection, "source" | "target" | "sourceHandle" | "targetHandle">): [End, End] =>
    [{ node: connection.source, port: connection.sourceHandle ?? "out" }, { node: connection.target, port: connection.targetHandle ?? "in" }];

  const onConnect = (connection: Connection): void => {
    const { document: doc, nodeTypes: now } = store.state();
    store.commit(planConnect(doc, now, ...endsOf(connection)), strings.steps.connect);
  };

  const connecting = useRef<{ end: End; source: boolean } | undefined>(undefined);
  const onConnectStart: OnConnectStart = (_, { nodeId, handleId, handleType }) => {
    connecting.current = nodeId ? { end: { node: nodeId, port: handleId ?? "" }, source: handleType === "source" } : undefined;
  };
  /** A wire dropped on the empty canvas asks what should stand there. */
  const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState): void => {
    const from = connecting.current;
    connecting.current = undefined;
    if (!from || state.isValid || state.toNode || reconnecting.current) return;
    const client = clientOf(event);
    const at = flow.screenToFlowPosition(client);
    store.set({ add: { client, position: from.source ? { x: at.x, y: at.y - 24 } : { x: at.x - 176, y: at.y - 24 }, ...(from.source ? { from: from.end } : { to: from.end }) } });
  };

  const reconnecting = useRef(false);

  const onDrag = (_: unknown, node: CanvasNode, all: CanvasNode[]): void => {
    const drop = all.length === 1 && node.type === "face" ? dropTarget(node) : undefined;
    const now = store.state().drop;
    if (drop?.container !== now?.container || drop?.edge !== now?.edge) store.set({ drop });
  };

  function dropTarget(node: CanvasNode): { container?: string; edge?: string } | undefined {
    const { document: doc, nodeTypes: now } = store.state();
    const at = absoluteOf(node);
    const middle = { x: at.x + (node.width ?? 0) / 2, y: at.y + (node.height ?? 0) / 2 };
    const container = findNode(doc, node.id)?.type === "start" ? undefined : containerAt(doc, now, middle, new Set([node.id]));
    if (container !== undefined && container !== parentOf(doc, node.id)) return { container };
    if (far) return undefined; // wires are too thin to be meant
    const edge = edges.find((candidate) => canSplit(doc, now, candidate.id, node.id) && wireCrosses(candidate, middle));
    return edge && { edge: edge.id };
  }

  const absoluteOf = (node: CanvasNode): Position => {
    const parent = node.parentId === undefined ? undefined : flow.getInternalNode(node.parentId)?.internals.positionAbsolute;
    return { x: node.position.x + (parent?.x ?? 0), y: node.position.y + (parent?.y ?? 0) };
  };

  /** Near enough: the straight line between the wire's ends passes through the dragged node's middle. */
  function wireCrosses(edge: CanvasEdge, middle: Position): boolean {
    const { document: doc, nodeTypes: now } = store.state();
    const source = absoluteBox(doc, edge.source, now);
    const target = absoluteBox(doc, edge.target, now);
    const a = { x: source.x + source.width, y: source.y + 24 };
    const b = { x: target.x, y: target.y + 24 };
    if (middle.x <= a.x || middle.x >= b.x) return false;
    const y = a.y + ((middle.x - a.x) / (b.x - a.x)) * (b.y - a.y);
    return Math.abs(y - middle.y) < 32;
  }

  const onDragStop = (_: unknown, __: CanvasNode, all: CanvasNode[]): void => {
    const { drop, document: doc, nodeTypes: now } = store.state();
    endDrag();
    const single = all[0];
    if (drop?.container !== undefined && single && all.length === 1) {
      const at = intoLevel(store, absoluteOf(single), drop.container);
      store.commit(planMoveInto(doc, [single.id], drop.container, new Map([[single.id, { x: Math.max(0, snap(at.x)), y: Math.max(0, snap(at.y)) }]])), strings.steps.moveInto);
      store.select([single.id]);
      return;
    }
    const ops: Op[] = all.flatMap((node) => (node.type === "region" ? [...carried(node.data.group.id, node.position)].flatMap(([id, at]) => moveTo(id, at)) : moveOp(node)));
    if (drop?.edge !== undefined && single) ops.push(...planSplit(doc, now, drop.edge, single.id));
    store.commit(ops, strings.steps.move);
  };

  function moveOp(node: FaceNode | NoteNode): Op[] {
    if (node.type === "note") {
      const { note } = node.data;
      return note.position.x === node.position.x && note.position.y === node.position.y ? [] : [{ op: "setNote", note: { ...note, position: node.position } }];
    }
    // Where it was drawn: aligned with others, while React Flow knows the pointer only.
    return moveTo(node.id, moved.get(node.id) ?? node.position);
  }

  function moveTo(id: string, at: Position): Op[] {
    const { document: doc, nodeTypes: now } = store.state();
    const parent = parentOf(doc, id);
    const body = parent === undefined ? undefined : cachedFace(doc, findNode(doc, parent)!, now).body;
    const position = { x: Math.round(at.x - (body?.x ?? 0)), y: Math.round(at.y - (body?.y ?? 0)) };
    const was = findNode(doc, id)?.position;
    return !was || (was.x === position.x && was.y === position.y) ? [] : [{ op: "moveNode", id, position }];
  }

  const onDrop = (event: React.DragEvent): void => {
    const type = types.get(draggedType(event.dataTransfer) ?? "");
    if (!type) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    addNode(store, type, { position: { x: at.x - 88, y: at.y - 30 } }, at);
  };

  return (
    <div className={`canvas mode-${mode}`} ref={stage} onPointerMove={(event) => { pointer.current = { x: event.clientX, y: event.clientY }; }} onPointerLeave={() => { pointer.current = undefined; }}
      onPointerDownCapture={() => { wasChosen.current = store.state().selection.length === 1 ? store.state().selection[0] : undefined; }}
      onDoubleClick={(event) => {
        if (!canEdit || !(event.target instanceof Element) || !event.target.classList.contains("react-flow__pane")) return;
        const client = { x: event.clientX, y: event.clientY };
        const at = flow.screenToFlowPosition(client);
        store.set({ add: { client, position: { x: at.x - 88, y: at.y - 30 } } });
      }}>
      <FarContext value={far}>
        <ReactFlow<CanvasNode, CanvasEdge>
          nodes={nodes} edges={far ? noEdges : edges} nodeTypes={nodeTypes} edgeTypes={edgeTypes} onNodesChange={onNodesChange} onEdgesChange={onEdgesChange}
          onConnect={onConnect} onConnectStart={onConnectStart} onConnectEnd={onConnectEnd} connectOnClick={false} connectionRadius={28}
          isValidConnection={(connection) => canConnect(document, types, ...endsOf({ ...connection, sourceHandle: connection.sourceHandle ?? null, targetHandle: connection.targetHandle ?? null }))}
          onReconnectStart={() => { reconnecting.current = true; }} onReconnectEnd={() => { setTimeout(() => { reconnecting.current = false; }); }}
          onReconnect={(edge, connection) => { store.commit(planReconnect(document, types, edge.id, ...endsOf(connection)), strings.steps.reconnect); }}
          onNodeDragStart={() => setDragging(true)} onSelectionDragStart={() => setDragging(true)} onNodeDrag={onDrag} onNodeDragStop={onDragStop} onSelectionDragStop={(_, all) => onDragStop(_, all[0]!, all)}
          onNodeMouseEnter={(_, node) => setHovered(node.id)} onNodeMouseLeave={() => setHovered(undefined)}
          onNodeClick={(_, node) => { if (isNarrow() && node.type === "face" && wasChosen.current === node.id) store.openInspector(); }}
          onNodeDoubleClick={(_, node) => { if (node.type === "face") (isSubflow(node.data.node) ? openSubflow(store, node.id) : store.openInspector()); }}
          onNodeContextMenu={(event, node) => {
            event.preventDefault();
            if (node.type === "region") return store.set({ menu: { client: { x: event.clientX, y: event.clientY }, groupId: node.data.group.id, position: { x: 0, y: 0 } } });
            if (node.type !== "face") return;
            if (!chosen.has(node.id)) store.select([node.id]);
            store.set({ menu: { client: { x: event.clientX, y: event.clientY }, nodeId: node.id, position: flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }) } });
          }}
          onPaneContextMenu={(event) => {
            event.preventDefault();
            store.set({ menu: { client: { x: event.clientX, y: event.clientY }, position: flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }) } });
          }}
          onPaneClick={(event) => {
            store.set({ add: undefined, menu: undefined });
            if (mode === "note" && canEdit) {
              addNote(store, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
              store.setMode(lastDragMode());
            }
          }} onMoveStart={(event) => { if (event) store.set({ menu: undefined }); }}
          onDrop={onDrop} onDragOver={(event) => { if (event.dataTransfer.types.includes("application/x-designer-node")) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; } }}
          snapToGrid snapGrid={grid} minZoom={minZoom} maxZoom={maxZoom} onlyRenderVisibleElements elevateEdgesOnSelect elevateNodesOnSelect
          selectionKeyCode="Shift" multiSelectionKeyCode={["Meta", "Control"]} panActivationKeyCode="Space" selectionMode={SelectionMode.Partial} selectionOnDrag={mode === "select" && !isReading} panOnDrag={mode === "select" && !isReading ? [1] : [0, 1]} panOnScroll={false}
          zoomOnDoubleClick={false} deleteKeyCode={null} disableKeyboardA11y nodesFocusable edgesFocusable={false} nodeDragThreshold={3} nodesDraggable={canEdit}
          proOptions={{ hideAttribution: true }} defaultViewport={{ x: 24, y: 96, zoom: 1 }} aria-label={strings.canvas.canvas}
        >
          {/* From far the dots would be a grey haze of tens of thousands. */}
          {!far && <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--dot)" />}
          {far && <FarPaint nodes={nodes} drag={farDrag} place={place} />}
          <Guides guides={guides} />
          <ChangeMarks />
          <Others />
          {!isDragging && isHosted && <NodeTools />}
          {!isDragging && <ReferenceLines nodeId={hovered ?? (selection.length === 1 ? selection[0] : undefined)} />}
          {!far && <MiniMap<CanvasNode> className="minimap" pannable zoomable ariaLabel={strings.canvas.overview} style={{ width: 132, height: 84 }} nodeStrokeWidth={0} nodeBorderRadius={10}
            nodeColor={(node) => (node.type === "region" ? `color-mix(in srgb, ${groupTone(node.data.group.colour)} ${node.data.group.collapsed ? 60 : 14}%, transparent)` : node.type === "note" ? "var(--warn-soft)" : "color-mix(in srgb, var(--line-strong) 60%, transparent)")} />}
        </ReactFlow>
      </FarContext>
      <ZoomBar />
      {document.nodes.length === 0 && <Empty />}
      <AddPopup centre={() => flow.screenToFlowPosition(centre())} />
      {isHosted && <NodeMenu />}
    </div>
  );
}

const onGridStep = (value: number): number => Math.round(value / grid[0]) * grid[0];
const snap = (value: number): number => Math.round(value / 4) * 4;

function clientOf(event: MouseEvent | TouchEvent): Position {
  const at = "changedTouches" in event ? event.changedTouches[0]! : event;
  return { x: at.clientX, y: at.clientY };
}

import { getViewportForBounds, useReactFlow, useStore as useFlowStore } from "@xyflow/react";
import { useEffect, useRef, type RefObject } from "react";
import { findNode } from "../kernel/document";
import { absoluteBox } from "../kernel/face";
import { shownBox } from "../kernel/groups";
import { useEditor, useStore } from "../store";

export const minZoom = 0.05;
const readableZoom = 0.6;

/** Lets the store bring nodes into view: what the run's trace, the problems and the host ask for. */
export function useReveal(stage: RefObject<HTMLDivElement | null>, far: boolean): void {
  const store = useStore();
  const flow = useReactFlow();
  const ready = useEditor((view) => view.status === "ready");
  const width = useFlowStore((state) => state.width);
  const fitted = useRef(false);
  useEffect(() => {
    const padding = (): { top: `${number}px`; left: `${number}px`; right: `${number}px`; bottom: `${number}px` } => {
      const drawer = stage.current?.parentElement?.querySelector(".drawer")?.getBoundingClientRect().height ?? 0;
      return { top: "64px", left: "32px", right: "32px", bottom: `${drawer + 40}px` };
    };
    store.fit = (ids) => {
      const nodes = flow.getNodes().filter((node) => ids?.includes(node.id) ?? true);
      if (!stage.current || nodes.length === 0) return;
      const area = stage.current.getBoundingClientRect();
      // React Flow's own fitView waits for the next change of nodes, and would undo a zoom that came after it.
      void flow.setViewport(getViewportForBounds(flow.getNodesBounds(nodes), area.width, area.height, minZoom, 1, ids ? 0.3 : padding()), { duration: 200 });
    };
    store.reveal = (id) => requestAnimationFrame(() => {
      const { document, nodeTypes } = store.state();
      if (!stage.current || !findNode(document, id)) return;
      const box = shownBox(document, id, nodeTypes);
      const { x, y, zoom } = flow.getViewport();
      const area = stage.current.getBoundingClientRect();
      const drawer = stage.current.parentElement?.querySelector(".drawer")?.getBoundingClientRect().height ?? 0;
      const left = box.x * zoom + x;
      const top = box.y * zoom + y;
      const visible = left >= 16 && top >= 56 && left + box.width * zoom <= area.width - 16 && top + box.height * zoom <= area.height - drawer - 24;
      if (visible && !far) return;
      const target = Math.max(zoom, 0.6);
      void flow.setViewport({
        x: area.width / 2 - (box.x + box.width / 2) * target, y: (area.height - drawer) / 2 - (box.y + box.height / 2) * target, zoom: target,
      }, { duration: 200 });
    });
  }, [store, flow, stage, far]);
  useEffect(() => {
    if (!ready || fitted.current || width === 0) return;
    fitted.current = true;
    const { document, nodeTypes } = store.state();
    if (document.nodes.length === 0) return;
    const bounds = flow.getNodesBounds(flow.getNodes());
    const area = stage.current!.getBoundingClientRect();
    const fits = Math.min((area.width - 64) / bounds.width, (area.height - 104) / bounds.height);
    if (fits >= readableZoom) {
      void flow.setViewport(getViewportForBounds(bounds, area.width, area.height, minZoom, 1, { top: "64px", left: "32px", right: "32px", bottom: "40px" }));
      return;
    }
    // Too large to be read as a whole: begin where the flow begins.
    const start = document.nodes.find((node) => node.type === "start") ?? document.nodes[0]!;
    const box = absoluteBox(document, start.id, nodeTypes);
    const zoom = Math.min(1, Math.max(readableZoom, fits));
    void flow.setViewport({ x: 32 - box.x * zoom, y: Math.min(area.height * 0.35, 200) - box.y * zoom, zoom });
  }, [ready, width, flow, store, stage]);
}

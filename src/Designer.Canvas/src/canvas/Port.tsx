import { Handle, Position as Side, useConnection } from "@xyflow/react";
import { memo } from "react";
import type { Position } from "../contract";
import { canConnect } from "../kernel/compat";
import type { End } from "../kernel/document";
import type { PlacedPort } from "../kernel/face";
import { useStore } from "../store";
import { strings } from "../strings";

const sides = { left: Side.Left, right: Side.Right, top: Side.Top, bottom: Side.Bottom };

/** A port on a node's border. The ports of the selected node can be reached by Tab; Enter on one asks what to connect. While a wire is drawn, only the ports that it fits light up. */
export const Port = memo(function Port({ nodeId, placed, used, editable, reachable }: { nodeId: string; placed: PlacedPort; used: boolean; editable: boolean; reachable: boolean }) {
  const store = useStore();
  const { port, side } = placed;
  const isSource = port.kind === "out" || port.kind === "attachment";
  // One word per drawn wire, so that a port renders again when a wire starts and ends, and not at each move.
  const wire = useConnection((connection) => {
    if (!connection.inProgress || !connection.fromHandle) return "";
    return `${connection.fromHandle.type} ${connection.fromHandle.nodeId} ${connection.fromHandle.id}`;
  });
  const light = wire === "" ? undefined : lightOf(wire);

  function lightOf(text: string): "own" | "fits" | "dim" {
    const [type, node = "", ...rest] = text.split(" ");
    const name = rest.join(" "); // a port named after a case may hold spaces
    const other: End = { node, port: name };
    const own: End = { node: nodeId, port: port.name };
    if (node === nodeId && name === port.name) return "own";
    if ((type === "source") === isSource) return "dim";
    const { document, nodeTypes } = store.state();
    return canConnect(document, nodeTypes, isSource ? own : other, isSource ? other : own) ? "fits" : "dim";
  }

  const open = (at: Position): void => {
    if (!editable) return;
    const end: End = { node: nodeId, port: port.name };
    store.set({ add: { client: at, ...(isSource ? { from: end } : { to: end }) } });
  };
  const onKey = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    const box = event.currentTarget.getBoundingClientRect();
    open({ x: box.right + 8, y: box.top });
  };

  return (
    <Handle
      id={port.name} type={isSource ? "source" : "target"} position={sides[side]} role="button" tabIndex={reachable ? 0 : -1} onKeyDown={onKey}
      onClick={(event) => { event.stopPropagation(); open({ x: event.clientX + 12, y: event.clientY - 16 }); }} aria-label={strings.canvas.port(port.label, nodeId)}
      data-testid={`port-${nodeId}-${port.name}`} title={isSource ? strings.canvas.portHint(port.label) : undefined}
      className={`port port-${port.kind}${port.name === "error" ? " port-error" : ""}${used ? " used" : ""}${light ? ` ${light}` : ""}`}
      style={side === "left" || side === "right" ? { top: placed.y - 1 } : { left: placed.x - 1 }}
    />
  );
});

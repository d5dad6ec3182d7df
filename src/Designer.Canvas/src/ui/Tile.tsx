import type { NodeGroup } from "../contract";
import { Icon } from "./Icon";

export const groupColour: Record<NodeGroup, string> = {
  start: "var(--start)", models: "var(--model)", knowledge: "var(--know)", agents: "var(--agent)", logic: "var(--logic)", data: "var(--data)",
  tools: "var(--tool)", safety: "var(--safe)", human: "var(--human)", output: "var(--out)",
};

/** An icon in a tile tinted in its group's colour. */
export function Tile({ group, icon, size = 24, iconSize = 14 }: { group: NodeGroup | undefined; icon: string; size?: number; iconSize?: number }) {
  const colour = group ? groupColour[group] : "var(--ink3)";
  return (
    <span className="tile" style={{ "--c": colour, width: size, height: size } as React.CSSProperties}><Icon name={icon} size={iconSize} /></span>
  );
}

import type { NodeGroup, SlotKind } from "../contract";

const faces: Record<SlotKind, { group: NodeGroup; icon: string }> = {
  model: { group: "models", icon: "cpu" }, knowledgeBase: { group: "knowledge", icon: "book-open" }, credential: { group: "safety", icon: "key-round" },
  mcpServer: { group: "tools", icon: "plug" }, flow: { group: "logic", icon: "workflow" },
};

/** The tile of a slot's kind. */
export const slotFace = (kind: SlotKind): { group: NodeGroup; icon: string } => faces[kind];

// How a step is named and which tile it gets: its node's, or that of a part (a turn, a call) which is no node.
import type { FlowDocument, NodeDescriptor, NodeGroup } from "../contract";
import { findNode } from "../kernel/document";
import { nodeOfPath } from "../store";
import { strings } from "../strings";
import { nodeOf, toolOf, type StepModel } from "./runModel";
import { iterationOf } from "./trace";

export interface StepFace { name: string; icon: string; group: NodeGroup | undefined; /** The node to select; that of the enclosing step for a part. */ nodeId: string | undefined; iteration: string | undefined }

export function stepFace(path: string, document: FlowDocument, types: ReadonlyMap<string, NodeDescriptor>, steps?: ReadonlyMap<string, StepModel>): StepFace {
  const part = nodeOf(path);
  const id = part === "call" && steps ? toolOf(path, steps) ?? part : part;
  const node = findNode(document, id);
  if (node) {
    const type = types.get(node.type);
    return { name: node.name || node.id, icon: type?.icon ?? "box", group: type?.group, nodeId: node.id, iteration: part === id ? iterationOf(path.slice(0, Math.max(0, path.lastIndexOf("/")))) : undefined };
  }
  const number = /#(\d+)$/.exec(path)?.[1];
  const nodeId = nodeOfPath(path, document);
  if (part === "approval") return { name: strings.run.approval, icon: "user-check", group: "human", nodeId, iteration: undefined };
  if (id === "turn") return { name: strings.run.turn(number ?? ""), icon: "cpu", group: "models", nodeId, iteration: undefined };
  if (id === "call") return { name: strings.run.call(number ?? ""), icon: "plug", group: "tools", nodeId, iteration: undefined };
  return { name: number ? `${id.replaceAll("_", " ")} ${number}` : id.replaceAll("_", " "), icon: "corner-down-right", group: undefined, nodeId, iteration: undefined };
}

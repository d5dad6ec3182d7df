import type { FlowNode } from "../contract";
import { InlineName } from "../controls/InlineName";
import { strings } from "../strings";
import { useEditor, useStore } from "../store";

/** A node's name in the outline; F2 turns it into a field. */
export function OutlineName({ node }: { node: FlowNode }) {
  const store = useStore();
  const renaming = useEditor((view) => view.renaming === node.id);
  if (!renaming) return <span className="row-name">{node.name || node.id}</span>;
  return (
    <InlineName renames={node.id} name={node.name} label={strings.canvas.nodeName} className="row-name" onKeyDone={(field) => field.closest<HTMLElement>("[role=treeitem]")?.focus()}
      onRename={(name) => store.commit([{ op: "setNode", id: node.id, field: "name", value: name }], strings.steps.rename)} />
  );
}

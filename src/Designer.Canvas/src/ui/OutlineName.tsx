import type { FlowNode } from "../contract";
import { strings } from "../strings";
import { useEditor, useStore } from "../store";

/** A node's name in the outline; F2 turns it into a field. */
export function OutlineName({ node }: { node: FlowNode }) {
  const store = useStore();
  const renaming = useEditor((view) => view.renaming === node.id);
  if (!renaming) return <span className="row-name">{node.name || node.id}</span>;
  const finish = (value: string, refocus: HTMLElement | null): void => {
    if (store.state().renaming !== node.id) return;
    store.set({ renaming: undefined });
    const wanted = value.trim();
    if (wanted && wanted !== node.name) store.commit([{ op: "setNode", id: node.id, field: "name", value: wanted }], strings.steps.rename);
    refocus?.focus();
  };
  return (
    <input className="row-name" aria-label={strings.canvas.nodeName} defaultValue={node.name} autoFocus maxLength={80} onFocus={(event) => event.target.select()} onClick={(event) => event.stopPropagation()}
      onBlur={(event) => finish(event.target.value, null)}
      onKeyDown={(event) => {
        event.stopPropagation();
        const row = event.currentTarget.closest<HTMLElement>("[role=treeitem]");
        if (event.key === "Enter") finish(event.currentTarget.value, row);
        if (event.key === "Escape") { store.set({ renaming: undefined }); row?.focus(); }
      }} />
  );
}

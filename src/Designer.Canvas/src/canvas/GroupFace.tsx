import type { NodeProps } from "@xyflow/react";
import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import type { FlowGroup } from "../contract";
import { withCollapsed } from "../kernel/groups";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { InlineName } from "../controls/InlineName";
import { Icon } from "../ui/Icon";
import type { GroupNode } from "./flowNodes";
import { groupTone } from "./groupTone";

/** A group: a tinted field behind its nodes with a title to drag it by; collapsed, one box that stands for them. */
export const GroupFace = memo(function GroupFace({ data }: NodeProps<GroupNode>) {
  const store = useStore();
  const { group, members } = data;
  const canEdit = useEditor((view) => view.canEdit);
  const chosen = useEditor((view) => members.every((id) => view.selection.includes(id)));
  const set = (next: FlowGroup, label: string): void => void store.commit([{ op: "setGroup", group: next }], label);
  const collapsed = group.collapsed ?? false;
  const toggle = collapsed ? strings.groups.expand(group.title) : strings.groups.collapse(group.title);
  return (
    <section className={`group-box${collapsed ? " collapsed" : ""}${chosen ? " selected" : ""}`} style={{ "--c": groupTone(group.colour) } as React.CSSProperties} aria-label={strings.groups.group(group.title, members.length)} data-testid={`group-${group.id}`}>
      <header className="group-title" onDoubleClick={(event) => event.stopPropagation()}>
        <button type="button" className="nodrag" aria-expanded={!collapsed} aria-label={toggle} title={toggle} disabled={!canEdit} onClick={() => set(withCollapsed(group, !collapsed), collapsed ? strings.steps.expand : strings.steps.collapse)}>
          <Icon name={collapsed ? "chevron-right" : "chevron-down"} size={15} />
        </button>
        <Title group={group} onRename={(title) => set({ ...group, title }, strings.steps.rename)} onChoose={() => store.select(members)} />
        {collapsed && <small>{strings.groups.count(members.length)}</small>}
        {canEdit && (
          <button type="button" className="nodrag more" aria-label={strings.groups.menu(group.title)} title={strings.groups.menu(group.title)} aria-haspopup="menu"
            onClick={(event) => store.set({ menu: { client: { x: event.clientX, y: event.clientY }, groupId: group.id, position: { x: 0, y: 0 } } })}><Icon name="ellipsis" size={15} /></button>
        )}
      </header>
      {collapsed && (
        <>
          <Handle type="target" id="in" position={Position.Left} isConnectable={false} className="group-port" />
          <Handle type="source" id="out" position={Position.Right} isConnectable={false} className="group-port" />
        </>
      )}
    </section>
  );
});

function Title({ group, onRename, onChoose }: { group: FlowGroup; onRename: (title: string) => void; onChoose: () => void }) {
  const store = useStore();
  const renaming = useEditor((view) => view.renaming === `group ${group.id}`);
  const canEdit = useEditor((view) => view.canEdit);
  if (!renaming) {
    return (
      <b role="button" tabIndex={0} title={strings.groups.titleHint} onClick={onChoose} onDoubleClick={() => { if (canEdit) store.set({ renaming: `group ${group.id}` }); }}
        onKeyDown={(event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); onChoose(); } }}>{group.title}</b>
    );
  }
  return <InlineName renames={`group ${group.id}`} name={group.title} label={strings.groups.title} className="nodrag nopan" onRename={onRename} />;
}

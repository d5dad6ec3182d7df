import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import "./debug.css";

/** Says in the inspector that the node's outputs are pinned, and lets them be edited or reset. */
export function PinNote({ nodeId }: { nodeId: string }) {
  const store = useStore();
  const isPinned = useEditor((view) => view.debugging.pins.has(nodeId));
  if (!isPinned) return null;
  return (
    <div className="run-note" data-testid="pin-note">
      <Icon name="pin" size={14} /><p>{strings.debug.pinned}</p>
      <div className="run-note-acts">
        <button type="button" className="btn2 small" onClick={() => store.set({ pinEditing: nodeId })}>{strings.debug.editShort}</button>
        <button type="button" className="btn2 small" onClick={() => void store.debug?.unpin(nodeId)}>{strings.debug.unpin}</button>
      </div>
    </div>
  );
}

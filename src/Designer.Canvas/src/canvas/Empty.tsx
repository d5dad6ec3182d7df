import { useEditor, useStore } from "../store";
import { Icon } from "../ui/Icon";
import { addNode } from "./actions";
import { strings } from "../strings";

/** What an empty canvas teaches: one sentence, one action, one picture. */
export function Empty() {
  const store = useStore();
  const start = useEditor((view) => view.nodeTypes.get("start"));
  const canEdit = useEditor((view) => view.canEdit);
  return (
    <div className="empty">
      <svg width="248" height="64" viewBox="0 0 248 64" aria-hidden="true">
        {[0, 92, 184].map((x) => <g key={x} transform={`translate(${x} 12)`}><rect x=".5" y=".5" width="63" height="39" rx="10" /><rect className="dot" x="10" y="12" width="16" height="16" rx="5" /><path d="M34 16H54M34 24H48" /></g>)}
        <path className="wire" d="M64 32H92M156 32H184" />
      </svg>
      <p>{strings.canvas.empty}</p>
      {canEdit && (
        <div className="empty-actions">
          {start && <button className="button primary" onClick={() => addNode(store, start, { position: { x: 0, y: 0 } }, { x: 0, y: 0 })}><Icon name="play" size={14} />{strings.canvas.addStart}</button>}
          <button className="button" onClick={() => store.set({ add: {} })}><Icon name="plus" size={14} />{strings.canvas.addAny} <kbd>A</kbd></button>
        </div>
      )}
    </div>
  );
}

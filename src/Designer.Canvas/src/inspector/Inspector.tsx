import { findNode } from "../kernel/document";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { deleteSelection, duplicate } from "../canvas/actions";
import { FlowPanel } from "./FlowPanel";
import { NodePanel } from "./NodePanel";
import "../controls/controls.css";
import "./inspector.css";

/** The right panel: the selected node's settings, or the flow's own. */
export function Inspector() {
  const selection = useEditor(view => view.selection);
  const single = useEditor(view => (view.selection.length === 1 ? findNode(view.document, view.selection[0]!) : undefined));
  return (
    <div className="inspector" aria-label={strings.inspector.panel} data-testid="inspector">
      {single ? <NodePanel key={single.id} node={single} /> : selection.length > 1 ? <Many count={selection.length} /> : <FlowPanel />}
    </div>
  );
}

function Many({ count }: { count: number }) {
  const store = useStore();
  const canEdit = useEditor(view => view.canEdit);
  return (
    <div className="ins-many">
      <b>{strings.inspector.manySelected(count)}</b>
      <p className="field-help">{strings.inspector.manyHint}</p>
      {canEdit && (
        <div className="decisions">
          <button type="button" className="btn2" onClick={() => duplicate(store)}><Icon name="copy-plus" size={14} />{strings.inspector.duplicate}</button>
          <button type="button" className="btn2" onClick={() => deleteSelection(store, false)}><Icon name="trash-2" size={14} />{strings.inspector.deleteAll}</button>
        </div>
      )}
    </div>
  );
}

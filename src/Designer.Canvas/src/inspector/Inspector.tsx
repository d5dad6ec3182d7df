import { findNode } from "../kernel/document";
import { useEditor } from "../store";

export function Inspector() {
  const name = useEditor((view) => (view.selection.length === 1 ? findNode(view.document, view.selection[0]!)?.name : view.document.name));
  return <div className="inspector"><h2>{name}</h2></div>;
}

import { useEffect } from "react";
import { useEditor, useStore, type Toast } from "../store";
import { Icon } from "./Icon";
import { IconButton } from "./IconButton";
import { strings } from "../strings";

export function Toasts() {
  const toasts = useEditor((view) => view.toasts);
  return <div className="toasts" role="status" aria-live="polite">{toasts.map((toast) => <OneToast key={toast.id} toast={toast} />)}</div>;
}

const shownMs = { info: 4000, error: 9000 };

function OneToast({ toast }: { toast: Toast }) {
  const store = useStore();
  const close = (): void => store.set({ toasts: store.state().toasts.filter((other) => other.id !== toast.id) });
  useEffect(() => {
    const timer = setTimeout(close, shownMs[toast.tone]);
    return () => clearTimeout(timer);
  }, [toast.id]);
  return <div className={`toast toast-${toast.tone}`}><Icon name={toast.tone === "error" ? "circle-alert" : "info"} size={16} /><span>{toast.text}</span><IconButton icon="x" label={strings.common.close} size={14} onClick={close} /></div>;
}

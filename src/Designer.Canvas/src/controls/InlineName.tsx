import { useStore } from "../store";
import { useLeftField } from "./useLeftField";

/** A name that is being changed where it stands: Enter or leaving the field takes it, Escape leaves it as it was. */
export function InlineName({ renames, name, label, className, onRename, onKeyDone }: {
  /** What `renaming` in the store says while this is shown. */
  renames: string; name: string; label: string; className?: string; onRename: (name: string) => void;
  /** Ended with a key, so that the focus is to go on from here. */
  onKeyDone?: (field: HTMLElement) => void;
}) {
  const store = useStore();
  const field = useLeftField((text) => {
    const wanted = text.trim();
    if (wanted && wanted !== name) onRename(wanted);
  });
  const close = (): void => { if (store.state().renaming === renames) store.set({ renaming: undefined }); };
  return (
    <input className={className} aria-label={label} defaultValue={name} autoFocus maxLength={80} onFocus={(event) => event.target.select()} onClick={(event) => event.stopPropagation()}
      onInput={(event) => field.typed(event.currentTarget.value)} onBlur={() => { field.flush(); close(); }}
      onKeyDown={(event) => {
        event.stopPropagation();
        // The keys of a candidate list (Chinese, Japanese) are not meant for the field.
        if (event.nativeEvent.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
        if (event.key === "Enter") field.flush();
        else field.drop();
        // Looked up first: closing takes the field off the page.
        const at = event.currentTarget;
        onKeyDone?.(at);
        close();
      }} />
  );
}

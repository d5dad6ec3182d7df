import { useCallback, useRef, useState } from "react";
import { Popover } from "../controls/Popover";
import { useRunStore } from "../run/useRun";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import "./debug.css";

/** Named inputs that the workspace keeps for this flow: choose one into the form, or keep what stands in it. */
export function TestInputs() {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const anchor = useCallback(() => button.current?.getBoundingClientRect(), []);
  const keep = useCallback(() => [button.current], []);
  const close = (): void => { setOpen(false); button.current?.focus(); };
  return (
    <>
      <button ref={button} type="button" className="icb small" aria-haspopup="dialog" aria-expanded={open} aria-label={strings.debug.testInputs} title={strings.debug.testInputs} data-testid="test-inputs" onClick={() => setOpen(!open)}>
        <Icon name="flask-conical" size={15} />
      </button>
      {open && <Popover anchor={anchor} onClose={close} align="right" width={280} keepOpenFor={keep} role="dialog" label={strings.debug.testInputs}><List onDone={close} /></Popover>}
    </>
  );
}

function List({ onDone }: { onDone: () => void }) {
  const editor = useStore();
  const run = useRunStore();
  const inputs = useEditor((view) => view.debugging.inputs);
  const canEdit = useEditor((view) => view.canEdit);
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string>();
  const save = async (): Promise<void> => {
    const input = run.currentInput();
    if (!input) { setProblem(strings.debug.inputIncomplete); return; }
    try { await editor.debug?.saveInput(name.trim(), input); setName(""); setProblem(undefined); }
    catch (error) { setProblem(error instanceof Error ? error.message : String(error)); }
  };
  return (
    <>
      <div className="list test-inputs">
        {inputs.map((input) => (
          <div key={input.id} className="test-input">
            <button type="button" className="opt" title={JSON.stringify(input.input)} data-testid={`test-input-${input.name}`} onClick={() => { run.loadInput(input.input); onDone(); }}>
              <span className="what">{input.name}</span>
            </button>
            {canEdit && <button type="button" className="icb small" aria-label={strings.debug.deleteInput(input.name)} title={strings.debug.deleteInput(input.name)} onClick={() => void editor.debug?.deleteInput(input.id)}><Icon name="trash-2" size={13} /></button>}
          </div>
        ))}
        {inputs.length === 0 && <div className="nothing">{strings.debug.noInputs}</div>}
      </div>
      {canEdit && (
        <form className="test-input-save" onSubmit={(event) => { event.preventDefault(); event.stopPropagation(); void save(); }}>
          <input className="ctl" value={name} maxLength={100} placeholder={strings.debug.inputName} aria-label={strings.debug.inputName} data-testid="test-input-name" onChange={(event) => { setName(event.target.value); setProblem(undefined); }} />
          <button type="submit" className="btn2" disabled={name.trim() === ""} data-testid="test-input-save">{strings.debug.saveInput}</button>
          {problem && <p className="bad-text" role="alert">{problem}</p>}
        </form>
      )}
    </>
  );
}

import type { Json, SettingDescriptor } from "../contract";
import { strings } from "../strings";
import { useForm } from "./context";
import { DeclarationRows } from "./DeclarationRows";
import { readDeclarations } from "./declarations";
import { problemsWithin } from "./problems";

/** The start node's inputs: what a run of this flow asks for. */
export function InputsField({ setting, value, onCommit }: { setting: SettingDescriptor; value: Json | undefined; onCommit: (value: Json | undefined) => void }) {
  const { canEdit, problems } = useForm();
  return (
    <div className="fld">
      <span className="fld-label"><span>{setting.label}</span></span>
      <DeclarationRows all={readDeclarations(value)} canEdit={canEdit} addLabel={strings.flow.addInput} newName="input" empty={setting.help ?? strings.run.noInputs} testId={`setting-${setting.name}`} withRequired withDescription
        onCommit={all => onCommit(all.length ? all : undefined)} />
      {problemsWithin(problems, `settings.${setting.name}`).map((problem, i) => <p key={i} className={problem.severity === "error" ? "bad-text" : "warn-text"}>{problem.message}</p>)}
    </div>
  );
}

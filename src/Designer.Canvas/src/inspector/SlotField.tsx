import type { Json, SettingDescriptor } from "../contract";
import { Select, type Choice } from "../controls/Select";
import { useBridge } from "../bridge";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Tile } from "../ui/Tile";
import { slotFace } from "./slotFace";
import { useForm } from "./context";
import { settingKey } from "./settingKey";
import { chooseSlot, fits, slotOf } from "./slots";

interface Props { id: string; setting: SettingDescriptor; value: Json | undefined; onCommit: (value: Json | undefined) => void; path: string; label: string; disabled: boolean; testId: string; invalid: boolean; describedBy: string | undefined }

const unbound = "";

/** What the slot stands for here: the document keeps the slot, the host keeps the choice. */
export function SlotField({ id, setting, value, onCommit, path, label, disabled, testId, invalid, describedBy }: Props) {
  const editor = useStore();
  const bridge = useBridge();
  const { nodeId } = useForm();
  const kind = setting.slotKind ?? "model";
  const options = useEditor(view => view.options[kind]) ?? [];
  const bindings = useEditor(view => view.bindings);
  const slot = slotOf(value);
  // A document made by hand may name a thing directly instead of a slot.
  const bound = slot === undefined ? (typeof value === "string" && value ? value : undefined) : bindings[slot];
  const face = slotFace(kind);
  const icon = <Tile group={face.group} icon={face.icon} size={20} iconSize={12} />;
  const choices: Choice[] = options.filter(option => fits(option, setting.needs) || option.value === bound).map(option => ({ value: option.value, label: option.label, icon, ...(option.note ? { note: option.note } : {}) }));
  if (bound !== undefined && !options.some(option => option.value === bound)) choices.push({ value: bound, label: strings.inspector.missingOption(bound), icon });
  if (!setting.required && bound !== undefined) choices.unshift({ value: unbound, label: strings.inspector.unbind });

  const choose = (wanted: string) => {
    if (wanted === unbound) { onCommit(undefined); return; }
    const choice = chooseSlot(editor.state().document, bindings, nodeId, value, kind, setting.name, wanted, setting.needs);
    // The same key as the setting's own step: both are undone together.
    if (choice.ops.length > 0) editor.commit(choice.ops, label, { merge: settingKey(nodeId, path.split(".")[1] ?? setting.name) });
    if (`@slot:${choice.slot}` !== value) onCommit(`@slot:${choice.slot}`);
    if (choice.bind) bridge.bind(choice.slot, wanted).catch((error: unknown) => editor.toast(error instanceof Error ? error.message : String(error), "error"));
  };
  return (
    <Select id={id} value={bound} choices={choices} onChoose={choose} label={label} disabled={disabled} testId={testId} invalid={invalid} warn={bound === undefined && setting.required} describedBy={describedBy}
      placeholder={strings.inspector.noneChosen} empty={strings.inspector.noOptions} />
  );
}

import type { Json } from "../contract";
import { Popover, type Box } from "../controls/Popover";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Tile } from "../ui/Tile";
import { short } from "./lastValues";
import type { ReachableValue } from "./reachable";

interface Props {
  anchor: () => Box | undefined;
  values: readonly ReachableValue[];
  lastValue: (path: string) => Json | undefined;
  /** Nothing can be used here at all. */
  isEmpty: boolean;
  active: number;
  onActive: (index: number) => void;
  onChoose: (index: number) => void;
  onClose: () => void;
  keepOpenFor: () => (Element | null)[];
}

const typeIcons: Record<string, string> = {
  string: "type", number: "hash", integer: "hash", boolean: "toggle-left", object: "braces", file: "file", image: "image", message: "message-square", document: "file-text", chunk: "file-text", any: "circle",
};
const groupIcons: Record<string, string> = { variables: "variable", run: "activity", conversation: "messages-square", arguments: "at-sign" };

export const typeIcon = (type: string): string => (type.startsWith("array") ? "list" : typeIcons[type] ?? "circle");

/** The values that can be used at this place. The focus stays in the editor, which sends the keys. */
export function ValuePicker({ anchor, values, lastValue, isEmpty, active, onActive, onChoose, onClose, keepOpenFor }: Props) {
  let owner: string | undefined;
  return (
    <Popover anchor={anchor} onClose={onClose} width={292} maxHeight={300} keepOpenFor={keepOpenFor}>
      <div className="list picker" role="listbox" aria-label={strings.picker.title} onPointerDown={event => event.preventDefault()}>
        {values.map((value, i) => {
          const heading = `${value.group}:${value.owner}`;
          const isNew = heading !== owner;
          owner = heading;
          const last = lastValue(value.path);
          return (
            <div key={value.path} role="presentation">
              {isNew && (
                <div className="group owner">
                  {value.icon && value.nodeGroup ? <Tile group={value.nodeGroup} icon={value.icon} size={18} iconSize={11} /> : <Icon name={groupIcons[value.group] ?? "circle"} size={13} />}
                  <span>{value.group === "upstream" || (value.group === "loop" && value.owner !== "each") ? value.owner : strings.picker.groups[value.group]}</span>
                </div>
              )}
              <div role="option" aria-selected={i === active} className={`opt${i === active ? " on" : ""}`} data-path={value.path} title={last === undefined ? undefined : strings.picker.lastValue(short(last))}
                ref={element => { if (i === active) element?.scrollIntoView({ block: "nearest" }); }} onPointerMove={() => { if (i !== active) onActive(i); }} onClick={() => onChoose(i)}>
                <Icon name={typeIcon(value.type)} size={13} /><span className="what">{value.name}</span>
                {!value.certain && <span className="maybe">{strings.picker.mayNotRun}</span>}<span className="aside">{value.type}</span>
                {i === active && last !== undefined && <span className="last-value" data-testid="picker-last">{strings.picker.lastValue(short(last, 120))}</span>}
              </div>
            </div>
          );
        })}
        {values.length === 0 && <div className="nothing">{isEmpty ? strings.picker.nothingYet : strings.picker.nothing}</div>}
      </div>
    </Popover>
  );
}

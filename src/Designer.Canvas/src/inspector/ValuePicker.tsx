import type { Json } from "../contract";
import { Popover, type Box } from "../controls/Popover";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Tile } from "../ui/Tile";
import { short } from "./lastValues";
import type { Choice } from "./completion";
import type { ReachableValue } from "./reachable";
import { typeColour, typeIcon } from "./valueType";

interface Props {
  anchor: () => Box | undefined;
  choices: readonly Choice[];
  /** Of the list; the editor says by it which choice is meant. */
  id: string;
  lastValue: (path: string) => Json | undefined;
  /** Nothing can be used here at all. */
  isEmpty: boolean;
  active: number;
  onActive: (index: number) => void;
  onChoose: (index: number) => void;
  onClose: () => void;
  keepOpenFor: () => (Element | null)[];
}

const groupIcons: Record<string, string> = { variables: "variable", run: "activity", conversation: "messages-square", arguments: "at-sign" };

export const choiceId = (list: string, index: number): string => `${list}-${index}`;

/** What can be written at this place. The focus stays in the editor, which sends the keys. */
export function ValuePicker({ anchor, choices, id, lastValue, isEmpty, active, onActive, onChoose, onClose, keepOpenFor }: Props) {
  let owner: string | undefined;
  return (
    <Popover anchor={anchor} onClose={onClose} width={292} maxHeight={300} keepOpenFor={keepOpenFor}>
      <div className="list picker" role="listbox" id={id} aria-label={choices[0]?.kind === "value" ? strings.picker.title : strings.liquid.words} onPointerDown={event => event.preventDefault()}>
        {choices.map((choice, i) => {
          const heading = choice.kind === "value" ? `${choice.value.group}:${choice.value.owner}` : choice.kind;
          const isNew = heading !== owner;
          owner = heading;
          const last = choice.kind === "value" ? lastValue(choice.value.path) : undefined;
          return (
            <div key={choice.key} role="presentation">
              {isNew && choice.kind === "value" && <Heading value={choice.value} />}
              <div role="option" id={choiceId(id, i)} aria-selected={i === active} className={`opt${i === active ? " on" : ""}`} data-path={choice.key} title={last === undefined ? undefined : strings.picker.lastValue(short(last))}
                ref={element => { if (i === active) element?.scrollIntoView({ block: "nearest" }); }} onPointerMove={() => { if (i !== active) onActive(i); }} onClick={() => onChoose(i)}>
                {choice.kind === "value" ? <Value value={choice.value} /> : <Word choice={choice} />}
                {i === active && last !== undefined && <span className="last-value" data-testid="picker-last">{strings.picker.lastValue(short(last, 120))}</span>}
              </div>
            </div>
          );
        })}
        {choices.length === 0 && <div className="nothing">{isEmpty ? strings.picker.nothingYet : strings.picker.nothing}</div>}
      </div>
    </Popover>
  );
}

function Heading({ value }: { value: ReachableValue }) {
  return (
    <div className="group owner">
      {value.icon && value.nodeGroup ? <Tile group={value.nodeGroup} icon={value.icon} size={18} iconSize={11} /> : <Icon name={groupIcons[value.group] ?? "circle"} size={13} />}
      <span>{value.group === "upstream" || (value.group === "loop" && value.owner !== "each") ? value.owner : strings.picker.groups[value.group]}</span>
    </div>
  );
}

const Value = ({ value }: { value: ReachableValue }) => (
  <>
    <span className="type" style={{ color: typeColour(value.type) }}><Icon name={typeIcon(value.type)} size={13} /></span><span className="what">{value.name}</span>
    {!value.certain && <span className="maybe">{strings.picker.mayNotRun}</span>}<span className="aside">{value.type}</span>
  </>
);

const Word = ({ choice }: { choice: Extract<Choice, { sample: string }> }) => (
  <><Icon name={choice.kind === "filter" ? "funnel" : "code-xml"} size={13} /><span className="what">{choice.key}</span>{choice.sample !== "" && <code className="aside">{choice.sample}</code>}</>
);

import { useState } from "react";
import type { Json } from "../contract";
import { CopyButton } from "../controls/Basic";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { shownText } from "../ui/shownText";

const longText = 240;
const pageSize = 50;

/** Any JSON, to open and to copy. What it holds is untrusted and only ever becomes text. */
export function JsonTree({ value, label }: { value: Json | undefined; label: string }) {
  if (value === undefined) return null;
  return (
    <div className="json" aria-label={label}>
      <CopyButton label={strings.common.copy} text={() => (typeof value === "string" ? value : JSON.stringify(value, null, 2))} />
      <JsonValue value={value} depth={0} />
    </div>
  );
}

function JsonValue({ name, value, depth }: { name?: string; value: Json; depth: number }) {
  const [open, setOpen] = useState(depth < 1);
  const [shown, setShown] = useState(pageSize);
  if (value === null || typeof value !== "object") return <div className="json-line">{name !== undefined && <Key name={name} />}<Leaf value={value} /></div>;
  const entries: [string, Json][] = Array.isArray(value) ? value.map((item, i) => [String(i), item]) : Object.entries(value);
  const preview = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  if (entries.length === 0) return <div className="json-line">{name !== undefined && <Key name={name} />}<span className="json-null">{Array.isArray(value) ? "[ ]" : "{ }"}</span></div>;
  const list = (
    <div className={name === undefined ? "json-root" : "json-inner"}>
      {entries.slice(0, shown).map(([key, item]) => <JsonValue key={key} name={key} value={item} depth={name === undefined ? depth : depth + 1} />)}
      {entries.length > shown && <button type="button" className="json-more" onClick={() => setShown(shown + pageSize * 4)}>{strings.common.more} ({entries.length - shown})</button>}
    </div>
  );
  if (name === undefined) return list;
  return (
    <div>
      <button type="button" className="json-line json-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "chevron-down" : "chevron-right"} size={12} /><Key name={name} /><span className="json-null">{preview}</span>
        {!open && <span className="json-peek">{shownText(peek(value))}</span>}
      </button>
      {open && list}
    </div>
  );
}

const Key = ({ name }: { name: string }) => <span className="json-key">{shownText(name)}</span>;

function Leaf({ value }: { value: string | number | boolean | null }) {
  const [whole, setWhole] = useState(false);
  if (typeof value !== "string") return <span className={value === null ? "json-null" : typeof value === "number" ? "json-number" : "json-bool"}>{String(value)}</span>;
  const cut = !whole && value.length > longText;
  return (
    <span className="json-text">
      {shownText(cut ? `${value.slice(0, longText)}…` : value)}
      {cut && <button type="button" className="json-more" onClick={() => setWhole(true)}>{strings.common.characters(value.length)}</button>}
    </span>
  );
}

function peek(value: Json): string {
  if (Array.isArray(value)) return value.length ? peek(value[0]!) : "";
  if (value && typeof value === "object") {
    const text = value.title ?? value.name ?? value.text ?? Object.values(value).find(member => typeof member === "string");
    return typeof text === "string" ? text.slice(0, 60) : "";
  }
  return String(value).slice(0, 60);
}

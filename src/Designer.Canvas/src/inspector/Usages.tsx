import { useEffect, useMemo, useRef } from "react";
import type { FlowDocument, FlowNode, NodeDescriptor } from "../contract";
import { findNode } from "../kernel/document";
import { referencesOf, usagesIn, type Usage } from "../kernel/references";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Tile } from "../ui/Tile";

const words = strings.usages;
/** More than these are found by the search. */
const most = 100;

/** Both directions of a node's values: which it uses, and where its own are used. A click goes there. */
export function Usages({ node }: { node: FlowNode }) {
  const store = useStore();
  const section = useRef<HTMLElement>(null);
  const document = useEditor(view => view.document);
  const wanted = useEditor(view => view.inspectorAt === "usages");
  const uses = useMemo(() => referencesOf(node).filter(reference => reference.root !== node.id && isNodeLike(document, reference.root)), [document, node]);
  const usedBy = usagesIn(document).get(node.id) ?? none;
  useEffect(() => {
    if (!wanted) return;
    store.set({ inspectorAt: undefined });
    section.current?.scrollIntoView({ block: "nearest" });
    (section.current?.querySelector<HTMLElement>("[data-usage]") ?? section.current)?.focus();
  }, [wanted, store]);
  if (uses.length + usedBy.length === 0 && !wanted) return null;
  return (
    <section className="usages" ref={section} tabIndex={-1} aria-label={words.title} data-testid="usages">
      <h3>{words.uses}</h3>
      {uses.length === 0 && <p className="field-help">{words.usesNothing}</p>}
      <ul>{distinct(uses.map(reference => ({ key: reference.path, reference }))).slice(0, most).map(({ key, reference }) => <Source key={key} path={reference.path} root={reference.root} />)}</ul>
      <h3>{words.usedBy}</h3>
      {usedBy.length === 0 && <p className="field-help">{words.none}</p>}
      <ul>{distinct(usedBy.map(usage => ({ key: `${usage.nodeId} ${usage.place} ${usage.path}`, usage }))).slice(0, most).map(({ key, usage }) => <User key={key} usage={usage} />)}</ul>
    </section>
  );
}

const none: readonly Usage[] = [];
const builtIn = new Set(["each", "state", "vars", "run", "conversation", "args", "forloop"]);
const isNodeLike = (document: FlowDocument, root: string): boolean => findNode(document, root) !== undefined || !builtIn.has(root);
const distinct = <T extends { key: string }>(list: T[]): T[] => [...new Map(list.map(item => [item.key, item])).values()];

function Source({ path, root }: { path: string; root: string }) {
  const store = useStore();
  const source = useEditor(view => findNode(view.document, root));
  const type = useEditor(view => (source ? view.nodeTypes.get(source.type) : undefined));
  if (!source) return <li className="broken"><Icon name="triangle-alert" size={14} /><span>{path}</span><small>{words.unknown}</small></li>;
  return (
    <li><button type="button" data-usage={path} onClick={() => { store.select([source.id]); store.reveal(source.id); }}>
      <Tile group={type?.group} icon={type?.icon ?? "box"} size={18} iconSize={11} /><span>{source.name || source.id}</span><small>{path.slice(root.length + 1)}</small>
    </button></li>
  );
}

function User({ usage }: { usage: Usage }) {
  const store = useStore();
  const user = useEditor(view => findNode(view.document, usage.nodeId));
  const type = useEditor(view => (user ? view.nodeTypes.get(user.type) : undefined));
  if (!user) return null;
  const go = () => {
    store.select([user.id]);
    store.reveal(user.id);
    store.openInspector({ setting: usage.place.split(".")[1] ?? "" });
  };
  return (
    <li><button type="button" data-usage={`${usage.nodeId} ${usage.path}`} data-testid={`used-by-${user.id}`} onClick={go}>
      <Tile group={type?.group} icon={type?.icon ?? "box"} size={18} iconSize={11} /><span>{words.place(user.name || user.id, settingName(type, usage.place))}</span><small>{usage.path.slice(usage.root.length + 1)}</small>
    </button></li>
  );
}

function settingName(type: NodeDescriptor | undefined, place: string): string {
  const name = place.split(".")[1] ?? "";
  return type?.settings.find(setting => setting.name === name)?.label ?? name;
}

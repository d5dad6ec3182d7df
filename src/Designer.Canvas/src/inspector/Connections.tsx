import type { FlowNode } from "../contract";
import { edgesFrom, edgesInto, endText, findNode, type PlacedEdge } from "../kernel/document";
import { portsOf } from "../kernel/ports";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Tile } from "../ui/Tile";

const words = strings.wires;

/** The node's wires, to go along, to cut and to draw without a pointer. */
export function Connections({ node }: { node: FlowNode }) {
  const store = useStore();
  const document = useEditor(view => view.document);
  const type = useEditor(view => view.nodeTypes.get(node.type));
  const canEdit = useEditor(view => view.canEdit);
  const into = edgesInto(document, node.id);
  const from = edgesFrom(document, node.id);
  const outs = portsOf(node, type, document).filter(port => port.kind === "out" || port.kind === "attachment");
  if (into.length + from.length === 0 && (outs.length === 0 || !canEdit)) return null;
  const connect = (event: React.MouseEvent, port: string) => {
    const box = event.currentTarget.getBoundingClientRect();
    store.set({ add: { client: { x: box.left - 320, y: box.top }, from: { node: node.id, port } } });
  };
  return (
    <section className="usages wires" aria-label={words.title} data-testid="wires">
      <h3>{words.title}</h3>
      <ul>
        {into.map(edge => <Wire key={edge.edge.id} edge={edge} other={edge.from.node} text={words.from} port={edge.from.port} canEdit={canEdit} />)}
        {from.map(edge => <Wire key={edge.edge.id} edge={edge} other={edge.to.node} text={words.to} port={edge.from.port} canEdit={canEdit} />)}
      </ul>
      {canEdit && outs.length > 0 && (
        <div className="wire-outs">
          {outs.map(port => <button key={port.name} type="button" className="btn2 small quiet" data-testid={`connect-from-${port.name}`} onClick={event => connect(event, port.name)}><Icon name="plus" size={13} />{words.connect(port.label)}</button>)}
        </div>
      )}
    </section>
  );
}

function Wire({ edge, other, text, port, canEdit }: { edge: PlacedEdge; other: string; text: string; port: string; canEdit: boolean }) {
  const store = useStore();
  const node = useEditor(view => findNode(view.document, other));
  const type = useEditor(view => (node ? view.nodeTypes.get(node.type) : undefined));
  if (!node) return null;
  return (
    <li>
      <button type="button" data-wire={`${endText(edge.from)} ${endText(edge.to)}`} onClick={() => { store.select([node.id]); store.reveal(node.id); }}>
        <small className="lead">{text}</small><Tile group={type?.group} icon={type?.icon ?? "box"} size={18} iconSize={11} /><span>{node.name || node.id}</span>{port !== "out" && <small>{port}</small>}
      </button>
      {canEdit && <button type="button" className="icb small" aria-label={words.cut(node.name || node.id)} title={words.cut(node.name || node.id)} onClick={() => store.commit([{ op: "removeEdge", id: edge.edge.id }], strings.steps.cut)}><Icon name="x" size={13} /></button>}
    </li>
  );
}

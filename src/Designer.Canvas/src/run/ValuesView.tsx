import { allNodes } from "../kernel/document";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Tile } from "../ui/Tile";
import { JsonTree } from "./JsonTree";
import { stepsOf } from "./runModel";
import { useRun } from "./useRun";

/** All outputs of the shown run, node by node. */
export function ValuesView() {
  const editor = useStore();
  const model = useRun(view => view.model);
  const document = useEditor(view => view.document);
  const types = useEditor(view => view.nodeTypes);
  const rows = model ? allNodes(document).flatMap(node => {
    const done = stepsOf(model, node.id).filter(step => step.outputs !== undefined && step.outputs !== null);
    return done.length ? [{ node, steps: done }] : [];
  }) : [];
  if (rows.length === 0) return <p className="hint pad">{strings.run.values_none}</p>;
  return (
    <div className="values">
      {rows.map(({ node, steps }) => {
        const type = types.get(node.type);
        return (
          <section key={node.id} className="value-row">
            <button type="button" className="value-node" title={strings.run.openNode} onClick={() => { editor.select([node.id]); editor.reveal(node.id); }}>
              <Tile group={type?.group} icon={type?.icon ?? "box"} size={20} iconSize={12} /><span>{node.name || node.id}</span>
              {steps.length > 1 && <span className="pill">{strings.lastRun.ofMany(steps.length, steps.length)}</span>}
            </button>
            <JsonTree value={steps.at(-1)!.outputs} label={node.name || node.id} />
          </section>
        );
      })}
    </div>
  );
}

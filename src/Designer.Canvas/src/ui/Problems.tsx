import { findNode } from "../kernel/document";
import { byWeight, problemIcon } from "../kernel/problems";
import { useEditor, useStore } from "../store";
import { Icon } from "./Icon";
import { IconButton } from "./IconButton";
import { strings } from "../strings";

/** The checker's list; a click goes to the node. */
export function Problems() {
  const store = useStore();
  const open = useEditor((view) => view.problemsOpen);
  const problems = useEditor((view) => view.problems);
  const document = useEditor((view) => view.document);
  if (!open) return null;
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.filter((problem) => problem.severity === "warning").length;
  const sorted = byWeight(problems);
  return (
    <section className="problems" aria-label={strings.canvas.problems}>
      <header><b>{strings.canvas.problems}</b><span className="quiet">{strings.run.errorCount(errors)} · {strings.run.warningCount(warnings)}</span>
        <IconButton icon="x" label={strings.common.close} onClick={() => store.set({ problemsOpen: false })} /></header>
      {problems.length === 0 && <p className="quiet"><Icon name="circle-check" size={16} />{strings.canvas.noProblems}</p>}
      <ul>
        {sorted.map((problem, i) => {
          const node = problem.nodeId === undefined ? undefined : findNode(document, problem.nodeId);
          return (
            <li key={`${problem.code} ${problem.nodeId} ${problem.path} ${i}`}>
              <button onClick={() => {
                if (!node) return;
                store.select([node.id]);
                store.reveal(node.id);
              }}>
                <Icon name={problemIcon(problem)} size={16} className={`problem-${problem.severity}`} />
                <span>{node && <b>{node.name}: </b>}{problem.message}{problem.fix && <small>{problem.fix}</small>}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

import type { Problem } from "../contract";
import { findNode } from "../kernel/document";
import { problemIcon } from "../kernel/problems";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Tile } from "../ui/Tile";
import type { HttpProblem } from "./problem";

/** Problems with a way to the node that has them. */
export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  const editor = useStore();
  const document = useEditor(view => view.document);
  const types = useEditor(view => view.nodeTypes);
  const jump = (problem: Problem) => {
    if (problem.nodeId === undefined) return;
    editor.select([problem.nodeId]);
    editor.set({ inspectorOpen: true });
    editor.reveal(problem.nodeId);
  };
  return (
    <ul className="issues">
      {problems.map((problem, i) => {
        const node = problem.nodeId === undefined ? undefined : findNode(document, problem.nodeId);
        const type = node && types.get(node.type);
        const content = (
          <>
            <Icon name={problemIcon(problem)} size={15} className={problem.severity === "error" ? "err" : problem.severity === "warning" ? "warn" : "dim"} />
            <span className="what"><span>{problem.message}</span>{problem.fix && <span className="fix">{problem.fix}</span>}</span>
            {node && <span className="whose"><Tile group={type?.group} icon={type?.icon ?? "box"} size={18} iconSize={11} />{node.name || node.id}</span>}
          </>
        );
        return <li key={i}>{node ? <button type="button" className="problem" title={strings.run.openNode} onClick={() => jump(problem)}>{content}</button> : <div className="problem">{content}</div>}</li>;
      })}
    </ul>
  );
}

/** Why the server did not do what was asked. */
export function HttpProblemCard({ problem, onDismiss }: { problem: HttpProblem; onDismiss: () => void }) {
  return (
    <div className="refusal" role="alert" data-testid="run-problem">
      <header><Icon name="circle-alert" size={15} /><b>{problem.title}</b>
        <button type="button" className="icb small" aria-label={strings.run.dismiss} title={strings.run.dismiss} onClick={onDismiss}><Icon name="x" size={14} /></button></header>
      {problem.detail && problem.detail !== problem.title && !problem.problems.some(one => one.message === problem.detail) && <p>{problem.detail}</p>}
      {problem.problems.length > 0 && <ProblemList problems={problem.problems} />}
    </div>
  );
}

import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { useForm } from "./context";
import { problemsWithin } from "./problems";

/** The node's problems that stand at no field of the form; those at a field are shown there, and counted here. */
export function ProblemNotes({ fields }: { fields: string[] }) {
  const { problems } = useForm();
  if (problems.length === 0) return null;
  const atFields = new Set(fields.flatMap(field => problemsWithin(problems, field)));
  const others = problems.filter(problem => !atFields.has(problem));
  const isError = problems.some(problem => problem.severity === "error");
  return (
    <div className={`callout ins-problems ${isError ? "err" : "warn"}`} role="status">
      <Icon name={isError ? "circle-x" : "triangle-alert"} size={15} />
      <div>
        {others.length === 0 && <span>{[...atFields].map(problem => problem.message).join(" ")}</span>}
        {others.map((problem, i) => <span key={i}>{problem.message}{problem.fix && ` ${problem.fix}`}</span>)}
        {others.length > 0 && atFields.size > 0 && <span>{strings.inspector.problemsBelow(atFields.size)}</span>}
      </div>
    </div>
  );
}

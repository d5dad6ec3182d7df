import { useState } from "react";
import { language, strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Markdown } from "./Markdown";
import type { StepModel } from "./runModel";
import { useRunStore } from "./useRun";

/** A step that waits for a person: one button per decision. */
export function HumanCard({ step }: { step: StepModel }) {
  const run = useRunStore();
  const [comment, setComment] = useState("");
  const [sent, setSent] = useState(false);
  const form = step.form!;
  const decide = async (decision: string) => {
    setSent(true);
    if (!await run.decide(step.path, decision, comment)) setSent(false);
  };
  const deadline = form.deadline ? new Date(form.deadline) : undefined;
  return (
    <section className="human" aria-label={strings.run.human} data-testid={`human-${step.path}`}>
      <header><Icon name="user-check" size={15} /><b>{form.title}</b>{deadline && <span className="dim">{strings.run.deadline(deadline.toLocaleString(language, { dateStyle: "medium", timeStyle: "short" }))}</span>}</header>
      {form.text && <Markdown text={form.text} />}
      <input className="ctl" value={comment} placeholder={strings.run.commentPlaceholder} aria-label={strings.run.comment} disabled={sent} onChange={event => setComment(event.target.value)} />
      <div className="decisions">
        {form.decisions.map((decision, i) => (
          <button key={decision} type="button" className={`btn2${i === 0 ? " primary" : ""}`} disabled={sent} data-testid={`decision-${decision}`} onClick={() => void decide(decision)}>{capital(decision)}</button>
        ))}
      </div>
    </section>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).replaceAll("_", " ");

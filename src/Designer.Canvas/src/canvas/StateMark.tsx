import { duration } from "../run/format";
import type { StepPaint } from "../store";
import { Icon } from "../ui/Icon";
import { strings } from "../strings";

const marks: Record<StepPaint["state"], { icon: string; tone: string }> = {
  queued: { icon: "clock", tone: "quiet" },
  running: { icon: "loader-circle", tone: "run" },
  waiting: { icon: "user", tone: "wait" },
  stopped: { icon: "octagon-pause", tone: "wait" },
  done: { icon: "check", tone: "ok" },
  failed: { icon: "x", tone: "err" },
  skipped: { icon: "skip-forward", tone: "quiet" },
  cached: { icon: "history", tone: "ok" },
  cancelled: { icon: "ban", tone: "quiet" },
};

/** What happened to the node in the shown run: an icon and a few words, never colour alone. */
export function StateMark({ paint }: { paint: StepPaint }) {
  const mark = marks[paint.state];
  const words = strings.canvas.marks[paint.state];
  const time = paint.durationMs !== undefined && (paint.state === "done" || paint.state === "failed") ? duration(paint.durationMs) : undefined;
  // A name is worth more room than "skipped": the face is faded, the icon and the title say the rest.
  const text = paint.label ?? time ?? (paint.state === "running" || paint.state === "skipped" ? "" : words);
  const showIcon = paint.state !== "running" || text === "";
  return (
    <span className={`mark tone-${mark.tone}`} role="img" title={words} aria-label={`${words}${text && text !== words ? `, ${text}` : ""}`}>
      {showIcon && <Icon name={mark.icon} size={13} className={paint.state === "running" ? "spin" : undefined} />}
      {text}
    </span>
  );
}

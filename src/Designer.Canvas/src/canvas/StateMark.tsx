import { duration } from "../run/format";
import type { StepPaint } from "../store";
import { Icon } from "../ui/Icon";

const marks: Record<StepPaint["state"], { icon: string; tone: string; words: string }> = {
  queued: { icon: "clock", tone: "quiet", words: "queued" },
  running: { icon: "loader-circle", tone: "run", words: "running" },
  waiting: { icon: "user", tone: "wait", words: "waiting" },
  done: { icon: "check", tone: "ok", words: "done" },
  failed: { icon: "x", tone: "err", words: "failed" },
  skipped: { icon: "skip-forward", tone: "quiet", words: "skipped" },
  cached: { icon: "history", tone: "ok", words: "cached" },
  cancelled: { icon: "ban", tone: "quiet", words: "cancelled" },
};

/** What happened to the node in the shown run: an icon and a few words, never colour alone. */
export function StateMark({ paint }: { paint: StepPaint }) {
  const mark = marks[paint.state];
  const time = paint.durationMs !== undefined && (paint.state === "done" || paint.state === "failed") ? duration(paint.durationMs) : undefined;
  const text = paint.label ?? time ?? (paint.state === "running" ? "" : mark.words);
  const showIcon = paint.state !== "running" || text === "";
  return (
    <span className={`mark tone-${mark.tone}`} aria-label={`${mark.words}${text ? `, ${text}` : ""}`}>
      {showIcon && <Icon name={mark.icon} size={13} className={paint.state === "running" ? "spin" : undefined} />}
      {text}
    </span>
  );
}

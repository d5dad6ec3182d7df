// Numbers as people read them here: with units, few digits.
import { language, strings } from "../strings";

export function duration(ms: number): string {
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? strings.units.minutes(minutes, Math.floor(seconds % 60)) : strings.units.hours(Math.floor(minutes / 60), minutes % 60);
}

/** US dollars; small amounts keep two significant digits. */
export function cost(dollars: number): string {
  if (dollars === 0) return "$0";
  if (dollars >= 1) return `$${dollars.toFixed(2)}`;
  const digits = Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(dollars))));
  return `$${dollars.toFixed(digits).replace(/(\.\d*?[1-9])0+$/, "$1")}`;
}

export function count(n: number): string {
  return n.toLocaleString(language);
}

/** The time of day, to the second; with the day where it was another one. */
export function clock(at: number): string {
  const [time, now] = [new Date(at), new Date()];
  return time.toLocaleString(language, time.toDateString() === now.toDateString() ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "medium" });
}

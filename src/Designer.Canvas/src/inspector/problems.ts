// Which problem stands at which field.
import type { Problem } from "../contract";

/** `settings.rows[0].left` and `settings.rows.0.left` are one place. */
export function plainPath(path: string): string {
  return path.replace(/\[(?:"([^"]*)"|'([^']*)'|(\d+))\]/g, (_, a, b, c) => `.${a ?? b ?? c}`).replace(/^\./, "");
}

/** Problems at this field itself. */
export function problemsAt(problems: readonly Problem[], path: string): Problem[] {
  return problems.filter(problem => problem.path !== undefined && plainPath(problem.path) === path);
}

/** Problems at this field or below it. */
export function problemsWithin(problems: readonly Problem[], path: string): Problem[] {
  return problems.filter(problem => problem.path !== undefined && (plainPath(problem.path) === path || plainPath(problem.path).startsWith(`${path}.`)));
}

// Errors of the host's HTTP endpoints: RFC 9457 problem JSON, with a list where the flow or the input is at fault.
import type { Problem } from "../contract";
import { strings } from "../strings";

export class HttpProblem extends Error {
  constructor(readonly status: number, readonly title: string, readonly detail: string | undefined, readonly problems: Problem[]) {
    super(detail ?? title);
  }
}

/** Whatever went wrong, as something to show. */
export function asProblem(error: unknown): HttpProblem {
  return error instanceof HttpProblem ? error : new HttpProblem(0, strings.run.unreachable, error instanceof Error ? error.message : undefined, []);
}

export async function problemOf(response: Response): Promise<HttpProblem> {
  let body: unknown;
  try { body = await response.json(); } catch { body = undefined; }
  const record = (body && typeof body === "object" ? body : {}) as Record<string, unknown>;
  const title = typeof record.title === "string" ? record.title : strings.run.answered(`${response.status} ${response.statusText}`.trim());
  const detail = typeof record.detail === "string" ? record.detail : undefined;
  return new HttpProblem(response.status, title, detail, [...problemList(record.problems), ...problemList(record.errors)]);
}

// `errors` comes in two forms: our list of problems, or ASP.NET's { field: [messages] }.
function problemList(value: unknown): Problem[] {
  if (Array.isArray(value)) {
    return value.flatMap(item => {
      if (typeof item === "string") return [{ code: "", severity: "error" as const, message: item }];
      const record = item as Partial<Problem> | null;
      return record && typeof record.message === "string" ? [{ ...record, code: record.code ?? "", severity: severityOf(record.severity), message: record.message }] : [];
    });
  }
  if (!value || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([path, messages]) =>
    (Array.isArray(messages) ? messages : [messages]).filter(m => typeof m === "string").map(m => ({ code: "", severity: "error" as const, path, message: m as string })));
}

// A serializer without our options writes an enumeration's number or its name in capitals.
const severityOf = (value: unknown): Problem["severity"] => (value === 1 || String(value).toLowerCase() === "warning" ? "warning" : value === 2 || String(value).toLowerCase() === "info" ? "info" : "error");

// Conditions as documents hold them: a list of rows, or { rows, match }, or one expression as text.
import type { Json } from "../contract";

export interface ConditionRow { left: Json; operator: string; right?: Json }
export type Condition = { kind: "rows"; rows: ConditionRow[]; match: "all" | "any"; /** Written as { rows, match }. */ isObject: boolean } | { kind: "expression"; text: string; isObject: boolean };

export const operators = ["equals", "notEquals", "contains", "notContains", "startsWith", "endsWith", "matches", "greater", "greaterOrEqual", "less", "lessOrEqual", "isEmpty", "isNotEmpty", "isTrue", "isFalse"];
const unary = new Set(["isEmpty", "isNotEmpty", "isTrue", "isFalse"]);
export const isUnary = (operator: string): boolean => unary.has(operator);

export function readCondition(value: Json | undefined): Condition {
  if (typeof value === "string") return { kind: "expression", text: value, isObject: false };
  if (Array.isArray(value)) return { kind: "rows", rows: value.map(readRow), match: "all", isObject: false };
  if (value && typeof value === "object") {
    if (typeof value.expression === "string") return { kind: "expression", text: value.expression, isObject: true };
    return { kind: "rows", rows: Array.isArray(value.rows) ? value.rows.map(readRow) : [], match: value.match === "any" ? "any" : "all", isObject: true };
  }
  return { kind: "rows", rows: [], match: "all", isObject: false };
}

export function writeCondition(condition: Condition): Json {
  if (condition.kind === "expression") return condition.isObject ? { expression: condition.text } : condition.text;
  const rows: Json[] = condition.rows.map((row): Json => (isUnary(row.operator) ? { left: row.left, operator: row.operator } : { left: row.left, operator: row.operator, right: row.right ?? "" }));
  return condition.match === "any" || condition.isObject ? { match: condition.match, rows } : rows;
}

function readRow(value: Json): ConditionRow {
  const record = value && typeof value === "object" && !Array.isArray(value) ? value : {};
  const row: ConditionRow = { left: record.left ?? "", operator: typeof record.operator === "string" ? record.operator : "equals" };
  if (record.right !== undefined) row.right = record.right;
  return row;
}

/** What a box of a row shows, and the value that a typed text stands for: numbers and true or false keep their type where they had one. */
export const operandText = (value: Json | undefined): string => (value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value));

export function operandValue(text: string, before: Json | undefined): Json {
  if (typeof before === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (typeof before === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

const infix: Record<string, string> = { equals: "==", notEquals: "!=", contains: "contains", greater: ">", greaterOrEqual: ">=", less: "<", lessOrEqual: "<=" };

/** The rows as one Liquid expression; undefined where an operator has no form in Liquid. */
export function expressionOf(condition: Extract<Condition, { kind: "rows" }>): string | undefined {
  const parts = condition.rows.map(row => {
    const [left, right] = [liquidOf(row.left), liquidOf(row.right ?? "")];
    if (left === undefined || right === undefined) return undefined;
    if (row.operator in infix) return `${left} ${infix[row.operator]} ${right}`;
    switch (row.operator) {
      case "isTrue": return `${left} == true`;
      case "isFalse": return `${left} == false`;
      case "isEmpty": return `(${left} == null or ${left} == empty)`;
      case "isNotEmpty": return `(${left} != null and ${left} != empty)`;
      default: return undefined;
    }
  });
  return parts.some(part => part === undefined) ? undefined : parts.join(condition.match === "any" ? " or " : " and ");
}

// One reference stands for itself; a text becomes a quoted one; a text with references in it has no form here.
function liquidOf(value: Json): string | undefined {
  if (typeof value !== "string") return JSON.stringify(value);
  const single = /^\s*\{\{-?\s*([^{}|]+?)\s*-?\}\}\s*$/.exec(value);
  if (single) return single[1]!;
  if (/\{\{|\{%/.test(value) || (value.includes('"') && value.includes("'"))) return undefined;
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}

/** An expression taken back to rows: those of plain comparisons joined in one way; anything else begins anew with none. */
export function rowsOf(condition: Extract<Condition, { kind: "expression" }>): Extract<Condition, { kind: "rows" }> {
  const inner = condition.text.trim().replace(/^\{\{([\s\S]*)\}\}$/, "$1").trim();
  const isAny = / or /.test(inner);
  const parts = inner === "" || (isAny && / and /.test(inner)) || /[()|]/.test(inner) ? [] : inner.split(isAny ? / or / : / and /);
  const rows = parts.map(part => {
    const match = /^\s*([\w.[\]-]+)\s*(==|!=|>=|<=|>|<|contains)\s*("[^"]*"|'[^']*'|[\w.[\]-]+)\s*$/.exec(part);
    const operator = match && Object.entries(infix).find(([, sign]) => sign === match[2])?.[0];
    return match && operator ? { left: `{{ ${match[1]} }}`, operator, right: operandOf(match[3]!) } : undefined;
  });
  const isPlain = rows.every(row => row !== undefined);
  return { kind: "rows", rows: isPlain ? rows as ConditionRow[] : [], match: isAny ? "any" : "all", isObject: condition.isObject || isAny };
}

function operandOf(text: string): Json {
  if (/^["']/.test(text)) return text.slice(1, -1);
  if (text === "true" || text === "false") return text === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : `{{ ${text} }}`;
}

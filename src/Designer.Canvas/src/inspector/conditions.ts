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

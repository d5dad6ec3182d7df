// What a template editor's state holds beside its text: how it is written, what is known around it, and what is wrong in it.
import { Facet, StateEffect, StateField, type EditorState } from "@codemirror/state";
import type { Problem } from "../contract";
import { faultsIn, type Fault } from "./liquid";
import { noLookup, type Lookup } from "./lookup";
import { templateParts, type TemplatePart } from "./template";

/** How references are written: as chips, as the text of an expression, or as a condition, which is code without braces. */
export type Writing = "chips" | "expression" | "condition";
export const writingFacet = Facet.define<Writing, Writing>({ combine: all => all[0] ?? "chips" });
export const lookupFacet = Facet.define<Lookup, Lookup>({ combine: all => all[0] ?? noLookup });
/** What the server found in this text. */
export const problemsFacet = Facet.define<readonly Problem[], readonly Problem[]>({ combine: all => all[0] ?? none });
const none: readonly Problem[] = [];

const faultsOf = (state: EditorState): readonly Fault[] => faultsIn(state.doc.toString(), state.facet(lookupFacet), state.facet(problemsFacet), state.facet(writingFacet) === "condition");
export const faultsField = StateField.define<readonly Fault[]>({
  create: faultsOf,
  update: (faults, { state, startState, docChanged }) =>
    (docChanged || state.facet(lookupFacet) !== startState.facet(lookupFacet) || state.facet(problemsFacet) !== startState.facet(problemsFacet) || state.facet(writingFacet) !== startState.facet(writingFacet)) ? faultsOf(state) : faults,
});

/** The start of a reference that is shown as text, because somebody wants to edit it. */
export const editRaw = StateEffect.define<number | undefined>();
export const rawField = StateField.define<number | undefined>({
  create: () => undefined,
  update: (value, transaction) => {
    for (const effect of transaction.effects) if (effect.is(editRaw)) return effect.value;
    return value === undefined ? undefined : transaction.changes.mapPos(value);
  },
});

/** The references that are shown as chips; others stand as text, because somebody edits them or writes an expression. */
export function chipParts(state: EditorState): (TemplatePart & { reference: NonNullable<TemplatePart["reference"]> })[] {
  if (state.facet(writingFacet) !== "chips") return [];
  const text = state.doc.toString();
  const raw = state.field(rawField, false);
  return templateParts(text).flatMap(part => (part.reference && part.from !== raw && !text.slice(part.from, part.to).includes("\n") ? [{ ...part, reference: part.reference }] : []));
}

/** The worst that is wrong with a reference. */
export const faultOf = (state: EditorState, { from, to }: TemplatePart): Fault | undefined =>
  state.field(faultsField).filter(fault => fault.from >= from && fault.to <= to).sort((a, b) => (a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1))[0];

// CodeMirror: Liquid in colours, and what is wrong underlined where it stands.
import type { Extension } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import { chipParts, faultsField, writingFacet } from "./editing";
import { codeOf } from "./liquid";

function decorate({ state, hasFocus }: EditorView): DecorationSet {
  const chips = chipParts(state);
  const isChip = ({ from, to }: { from: number; to: number }): boolean => chips.some(chip => from >= chip.from && to <= chip.to);
  const code = codeOf(state.doc.toString(), state.facet(writingFacet) === "condition").filter(one => !isChip(one) && one.to > one.from).flatMap(({ kind, from, to, tokens }) => [
    Decoration.mark({ class: kind === "tag" ? "liquid tag" : "liquid" }).range(from, to), ...tokens.map(token => Decoration.mark({ class: `liquid-${token.kind}` }).range(token.from, token.to)),
  ]);
  // Not under what is being written: it is not finished.
  const { head } = state.selection.main;
  const faults = new Map(state.field(faultsField).filter(fault => !isChip(fault) && fault.to > fault.from && !(hasFocus && head >= fault.from && head <= fault.to)).map(fault => [`${fault.from} ${fault.to}`, fault]));
  return Decoration.set([...code, ...[...faults.values()].map(({ from, to, severity, message }) => Decoration.mark({ class: `fault ${severity}`, attributes: { title: message } }).range(from, to))], true);
}

const plugin = ViewPlugin.fromClass(class {
  marks: DecorationSet;
  constructor(view: EditorView) { this.marks = decorate(view); }
  update(update: ViewUpdate): void {
    if (update.docChanged || update.selectionSet || update.focusChanged || update.transactions.length > 0) this.marks = decorate(update.view);
  }
}, { decorations: value => value.marks });

export const highlightLiquid: Extension = plugin;

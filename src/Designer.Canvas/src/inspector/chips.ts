// CodeMirror: references as chips, other Liquid highlighted. The text under a chip stays plain Liquid.
import { Facet, RangeSetBuilder, StateEffect, StateField, type EditorState, type Extension } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, WidgetType, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import { strings } from "../strings";
import { icons } from "../ui/icons.generated";
import { groupColour } from "../ui/Tile";
import { short } from "./lastValues";
import { find, type Found, type Lookup } from "./lookup";
import { templateParts, type TemplatePart } from "./template";

export const lookupFacet = Facet.define<Lookup, Lookup>({ combine: all => all[0] ?? { values: [], lastValue: () => undefined, rootValue: () => undefined } });
/** Written as an expression: Liquid stays text, only its colours differ. */
export const asExpression = Facet.define<boolean, boolean>({ combine: all => all[0] ?? false });
/** Asked to mend the broken reference that begins at `from`. */
export type FixReference = (broken: { from: number; to: number; path: string }, chip: HTMLElement) => void;
export const fixFacet = Facet.define<FixReference, FixReference | undefined>({ combine: all => all[0] });

/** The start of a reference that is shown as text, because somebody wants to edit it. */
const editRaw = StateEffect.define<number | undefined>();
const rawField = StateField.define<number | undefined>({
  create: () => undefined,
  update: (value, transaction) => {
    for (const effect of transaction.effects) if (effect.is(editRaw)) return effect.value;
    return value === undefined ? undefined : transaction.changes.mapPos(value);
  },
});

class Chip extends WidgetType {
  constructor(readonly text: string, readonly part: NonNullable<TemplatePart["reference"]>, readonly found: Found) { super(); }

  override eq(other: Chip): boolean {
    return other.text === this.text && other.found.state === this.found.state
      && (this.found.state !== "known" || (other.found.state === "known" && other.found.value.owner === this.found.value.owner && other.found.value.icon === this.found.value.icon));
  }

  override toDOM(view: EditorView): HTMLElement {
    const chip = document.createElement("span");
    const value = this.found.state === "known" ? this.found.value : undefined;
    chip.className = `ref${this.found.state === "broken" ? " broken" : ""}`;
    chip.dataset.path = this.part.path;
    if (value?.nodeGroup) chip.style.setProperty("--c", groupColour[value.nodeGroup]);
    const icon = value?.icon ?? (this.found.state === "broken" ? "triangle-alert" : "variable");
    chip.insertAdjacentHTML("afterbegin", `<svg width="12" height="12" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${icons[icon] ?? icons.box}</svg>`);
    if (value) this.append(chip, "owner", `${value.owner}.`);
    const shown = value ? this.part.path.slice(value.path.length - value.name.length) : this.part.path;
    this.append(chip, "name", shown);
    if (this.part.filters) this.append(chip, "filter", this.part.filters.replace(/^\|\s*/, "· "));
    const explain = () => { chip.title = this.explain(view.state.facet(lookupFacet)); };
    chip.addEventListener("pointerenter", explain);
    if (this.found.state === "broken") chip.addEventListener("click", () => {
      const from = view.posAtDOM(chip);
      view.state.facet(fixFacet)?.({ from, to: from + this.text.length, path: this.part.path }, chip);
    });
    chip.addEventListener("dblclick", event => {
      event.preventDefault();
      const from = view.posAtDOM(chip);
      view.dispatch({ effects: editRaw.of(from), selection: { anchor: from + this.text.length - 2 } });
      view.focus();
    });
    return chip;
  }

  private append(chip: HTMLElement, name: string, text: string): void {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = text;
    chip.append(part);
  }

  private explain(lookup: Lookup): string {
    const lines = [this.text];
    if (this.found.state === "broken") lines.push(strings.picker.broken(this.part.path), strings.picker.fixHint);
    if (this.found.state === "known") lines.push(`${this.found.value.type}${this.found.value.certain ? "" : ` · ${strings.picker.mayNotRun}`}`);
    const last = lookup.lastValue(this.part.path);
    if (last !== undefined) lines.push(strings.picker.lastValue(short(last)));
    lines.push(strings.picker.editRaw);
    return lines.join("\n");
  }

  override ignoreEvent(event: Event): boolean { return event.type === "dblclick" || (event.type === "click" && this.found.state === "broken"); }
}

const expression = Decoration.mark({ class: "liquid" });
const tag = Decoration.mark({ class: "liquid tag" });

function decorate(view: EditorView): { all: DecorationSet; chips: DecorationSet } {
  const text = view.state.doc.toString();
  const lookup = view.state.facet(lookupFacet);
  const raw = view.state.field(rawField);
  const isExpression = view.state.facet(asExpression);
  const all = new RangeSetBuilder<Decoration>();
  const chips = new RangeSetBuilder<Decoration>();
  for (const part of templateParts(text)) {
    const multiline = text.slice(part.from, part.to).includes("\n");
    if (!part.reference || part.from === raw || multiline || isExpression) { all.add(part.from, part.to, part.kind === "tag" ? tag : expression); continue; }
    const chip = Decoration.replace({ widget: new Chip(text.slice(part.from, part.to), part.reference, find(lookup, part.reference, text)) });
    all.add(part.from, part.to, chip);
    chips.add(part.from, part.to, chip);
  }
  return { all: all.finish(), chips: chips.finish() };
}

const plugin = ViewPlugin.fromClass(class {
  sets: { all: DecorationSet; chips: DecorationSet };
  constructor(view: EditorView) { this.sets = decorate(view); }
  update(update: ViewUpdate): void {
    const same = !update.docChanged && update.startState.facet(lookupFacet) === update.state.facet(lookupFacet) && update.startState.field(rawField) === update.state.field(rawField)
      && update.startState.facet(asExpression) === update.state.facet(asExpression);
    if (!same) this.sets = decorate(update.view);
  }
}, {
  decorations: value => value.sets.all,
  provide: self => EditorView.atomicRanges.of(view => view.plugin(self)?.sets.chips ?? Decoration.none),
});

/** The broken reference at the caret, or the first one after it. */
export function brokenAt(state: EditorState): { from: number; to: number; path: string } | undefined {
  const text = state.doc.toString();
  const lookup = state.facet(lookupFacet);
  const broken = templateParts(text).filter(part => part.reference && find(lookup, part.reference, text).state === "broken");
  const part = broken.find(one => one.to >= state.selection.main.head) ?? broken[0];
  return part && { from: part.from, to: part.to, path: part.reference!.path };
}

export const chips: Extension = [
  rawField, plugin,
  EditorView.domEventHandlers({ blur: (_, view) => { if (view.state.field(rawField) !== undefined) view.dispatch({ effects: editRaw.of(undefined) }); } }),
];

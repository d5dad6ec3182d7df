// CodeMirror: references as chips. The text under a chip stays plain Liquid.
import { Facet, RangeSetBuilder, type EditorState, type Extension } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, WidgetType, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import { strings } from "../strings";
import { chipParts, editRaw, faultOf, faultsField, lookupFacet, rawField, writingFacet } from "./editing";
import type { Fault } from "./liquid";
import { icons } from "../ui/icons.generated";
import { groupColour } from "../ui/Tile";
import { short } from "./lastValues";
import { find, type Found, type Lookup } from "./lookup";
import type { TemplatePart } from "./template";
import { typeColour, typeIcon } from "./valueType";

/** Asked to mend the broken reference that begins at `from`. */
export type FixReference = (broken: Broken) => void;
/** A reference that is wrong, or one whose value may be missing. */
export interface Broken { from: number; to: number; path: string; mayBeMissing: boolean }
export const fixFacet = Facet.define<FixReference, FixReference | undefined>({ combine: all => all[0] });

class Chip extends WidgetType {
  constructor(readonly text: string, readonly part: NonNullable<TemplatePart["reference"]>, readonly found: Found, readonly fault: Fault | undefined) { super(); }

  private get isBroken(): boolean { return this.found.state === "broken" || this.fault?.severity === "error"; }

  override eq(other: Chip): boolean {
    return other.text === this.text && other.found.state === this.found.state && other.fault?.message === this.fault?.message
      && (this.found.state !== "known" || (other.found.state === "known" && other.found.value.owner === this.found.value.owner && other.found.value.icon === this.found.value.icon && other.found.value.type === this.found.value.type));
  }

  override toDOM(view: EditorView): HTMLElement {
    const chip = document.createElement("span");
    const value = this.found.state === "known" ? this.found.value : undefined;
    chip.className = `ref${this.isBroken ? " broken" : this.fault ? " doubtful" : ""}`;
    chip.dataset.path = this.part.path;
    if (value?.nodeGroup) chip.style.setProperty("--c", groupColour[value.nodeGroup]);
    chip.append(drawn(this.isBroken || this.fault ? "triangle-alert" : value?.icon ?? "variable"));
    if (value) this.append(chip, "owner", `${value.owner}.`);
    const shown = value ? this.part.path.slice(value.path.length - value.name.length) : this.part.path;
    this.append(chip, "name", shown);
    if (this.part.filters) this.append(chip, "filter", this.part.filters.replace(/^\|\s*/, "· "));
    else if (value && value.path === this.part.path) chip.append(typeMark(value.type));
    const explain = () => { chip.title = this.explain(view.state.facet(lookupFacet)); };
    chip.addEventListener("pointerenter", explain);
    if (this.isBroken || this.fault) chip.addEventListener("click", () => {
      const from = view.posAtDOM(chip);
      view.state.facet(fixFacet)?.({ from, to: from + this.text.length, path: this.part.path, mayBeMissing: !this.isBroken });
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
    if (this.fault) lines.push(this.fault.message);
    else if (this.isBroken) lines.push(strings.picker.broken(this.part.path));
    if (this.isBroken || this.fault) lines.push(strings.picker.fixHint);
    if (this.found.state === "known") lines.push(`${this.found.value.type}${this.found.value.certain ? "" : ` · ${strings.picker.mayNotRun}`}`);
    const last = lookup.lastValue(this.part.path);
    if (last !== undefined) lines.push(strings.picker.lastValue(short(last)));
    lines.push(strings.picker.editRaw);
    return lines.join("\n");
  }

  override ignoreEvent(event: Event): boolean { return event.type === "dblclick" || (event.type === "click" && (this.isBroken || this.fault !== undefined)); }
}

function drawn(icon: string): SVGElement {
  const box = document.createElement("template");
  box.innerHTML = `<svg width="12" height="12" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${icons[icon] ?? icons.box}</svg>`;
  return box.content.firstElementChild as SVGElement;
}

/** The type by icon and colour, as everywhere; its name is in the title. */
function typeMark(type: string): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "type";
  mark.dataset.type = type;
  mark.style.color = typeColour(type);
  mark.append(drawn(typeIcon(type)));
  return mark;
}

function decorate({ state }: EditorView): DecorationSet {
  const text = state.doc.toString();
  const lookup = state.facet(lookupFacet);
  const chips = new RangeSetBuilder<Decoration>();
  for (const part of chipParts(state)) {
    const found = find(lookup, part.reference, text);
    chips.add(part.from, part.to, Decoration.replace({ widget: new Chip(text.slice(part.from, part.to), part.reference, found, faultOf(state, part)) }));
  }
  return chips.finish();
}

const plugin = ViewPlugin.fromClass(class {
  chips: DecorationSet;
  constructor(view: EditorView) { this.chips = decorate(view); }
  update({ view, startState, state }: ViewUpdate): void {
    const same = startState.doc === state.doc && startState.field(faultsField) === state.field(faultsField) && startState.facet(lookupFacet) === state.facet(lookupFacet)
      && startState.field(rawField) === state.field(rawField) && startState.facet(writingFacet) === state.facet(writingFacet);
    if (!same) this.chips = decorate(view);
    // The one that is pointed at tells its value as soon as it is known.
    if (startState.facet(lookupFacet) !== state.facet(lookupFacet)) view.dom.querySelector(".ref:hover")?.dispatchEvent(new Event("pointerenter"));
  }
}, {
  decorations: value => value.chips,
  provide: self => EditorView.atomicRanges.of(view => view.plugin(self)?.chips ?? Decoration.none),
});

/** The broken or doubtful reference at the caret, or the first one after it. */
export function brokenAt(state: EditorState): Broken | undefined {
  const text = state.doc.toString();
  const lookup = state.facet(lookupFacet);
  const broken = chipParts(state).flatMap((part): Broken[] => {
    const fault = faultOf(state, part);
    const isBroken = find(lookup, part.reference, text).state === "broken" || fault?.severity === "error";
    return isBroken || fault ? [{ from: part.from, to: part.to, path: part.reference.path, mayBeMissing: !isBroken }] : [];
  });
  return broken.find(one => one.to >= state.selection.main.head) ?? broken[0];
}

export const chips: Extension = [
  plugin,
  EditorView.domEventHandlers({ blur: (_, view) => { if (view.state.field(rawField) !== undefined) view.dispatch({ effects: editRaw.of(undefined) }); } }),
];

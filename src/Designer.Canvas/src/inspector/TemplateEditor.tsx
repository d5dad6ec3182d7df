import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec, Transaction } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder as placeholderOf } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useCallback, useEffect, useId, useImperativeHandle, useMemo, useRef, useState, type Ref } from "react";
import type { Problem } from "../contract";
import { commitDraft, draftWaits, presentRevision, registerDraft } from "../controls/drafts";
import { brokenAt, chips, fixFacet, type Broken } from "./chips";
import { choicesFor, textOfChoice, wantedAt, type Wanted } from "./completion";
import { faultsField, lookupFacet, problemsFacet, rawField, writingFacet, type Writing } from "./editing";
import { FixPopover } from "./FixPopover";
import { highlightLiquid } from "./highlight";
import type { Lookup } from "./lookup";
import { choiceId, ValuePicker } from "./ValuePicker";

export interface TemplateHandle { openPicker: () => void }
interface Props {
  value: string;
  /** Called with what stands in the editor after a pause in typing and on blur. */
  onCommit: (value: string) => void;
  /** Called on every change, e.g. to validate. */
  onChange?: (value: string) => void;
  label: string;
  lookup: Lookup;
  multiline?: boolean;
  language?: "text" | "json" | "javascript";
  /** False: no chips, no picker. */
  isTemplate?: boolean;
  /** How references are written, where it is a template. */
  writing?: Writing;
  /** What the server found wrong in this text. */
  problems?: readonly Problem[];
  placeholder?: string;
  disabled?: boolean;
  invalid?: boolean;
  testId?: string;
  describedBy?: string;
  ref?: Ref<TemplateHandle>;
}

const noProblems: readonly Problem[] = [];
const pauseMs = 400;

const highlight = syntaxHighlighting(HighlightStyle.define([
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" }, { tag: [tags.number, tags.bool, tags.null], color: "var(--model)" },
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--agent)" }, { tag: tags.propertyName, color: "var(--tool)" }, { tag: tags.comment, color: "var(--ink3)", fontStyle: "italic" },
]));

/** Text with references as chips; `/` at a word's start or `{{` offers the values that can be used here, `|` and `{%` what Liquid can do with them. */
export function TemplateEditor(props: Props) {
  const { value, label, lookup, multiline = false, language = "text", isTemplate = true, writing = "chips", problems = noProblems, placeholder, disabled = false, invalid, testId, describedBy, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const live = useRef({
    props, pending: false, timer: undefined as ReturnType<typeof setTimeout> | undefined, picking: undefined as Wanted | undefined, active: 0, shownCount: 0, isOwn: false,
    /** The last revision whose value is shown, where a newer one could not be. */
    behind: undefined as number | undefined,
  });
  live.current.props = props;
  const [picking, setPicking] = useState<Wanted>();
  const [active, setActive] = useState(0);
  const [broken, setBroken] = useState<Broken>();
  const shown = useMemo(() => (picking ? choicesFor(picking, lookup) : []), [picking, lookup]);
  const list = useId();
  live.current.picking = picking;
  live.current.active = Math.min(active, Math.max(0, shown.length - 1));
  live.current.shownCount = shown.length;
  const shownRef = useRef(shown);
  shownRef.current = shown;
  // Inside code nothing is offered where nothing fits: it may be any word.
  const isOpen = picking !== undefined && (shown.length > 0 || !picking.isInside);
  const settings = useMemo(() => ({ lookup: new Compartment(), editable: new Compartment(), attributes: new Compartment(), writing: new Compartment(), problems: new Compartment() }), []);

  const flush = useCallback(() => {
    const at = live.current;
    clearTimeout(at.timer);
    if (!at.pending || !view.current) return;
    at.pending = false;
    const text = view.current.state.doc.toString();
    if (text !== at.props.value) {
      at.isOwn = true; // the change that comes back at once
      commitDraft(flush, () => at.props.onCommit(text));
      setTimeout(() => { at.isOwn = false; });
    }
    draftWaits(flush, false);
  }, []);

  const insert = useCallback((index: number) => {
    const editor = view.current;
    const chosen = shownRef.current[index];
    const wanted = live.current.picking;
    setPicking(undefined);
    if (!editor || !chosen || !wanted) return;
    const { from } = wanted;
    const head = editor.state.selection.main.head;
    const put = textOfChoice(chosen, wanted, editor.state.sliceDoc(Math.max(0, from - 1), from), editor.state.sliceDoc(head, head + 40));
    editor.dispatch({ changes: { from, to: head + put.eaten, insert: put.text }, selection: { anchor: from + put.anchor, head: from + put.head }, userEvent: "input.complete", scrollIntoView: true });
    editor.focus();
  }, []);

  /** Offers what can stand at the caret, whatever was typed. */
  const ask = useCallback((editor: EditorView) => {
    const { head } = editor.state.selection.main;
    setActive(0);
    setPicking(wantedAt(editor.state.sliceDoc(0, head), live.current.props.writing === "condition", true));
  }, []);

  useEffect(() => {
    const pickerKeys = Prec.highest(keymap.of([
      { key: "ArrowDown", run: () => onPicker(() => setActive(i => Math.min(i + 1, live.current.shownCount - 1))) },
      { key: "ArrowUp", run: () => onPicker(() => setActive(i => Math.max(0, i - 1))) },
      { key: "Enter", run: () => onPicker(() => insert(live.current.active)) },
      { key: "Tab", run: () => onPicker(() => insert(live.current.active)) },
      { key: "Enter", run: () => { if (multiline) return false; flush(); return true; } },
      { key: "Ctrl-Space", run: editor => { if (!isTemplate) return false; ask(editor); return true; } },
      { key: "Alt-Enter", run: editor => { const found = isTemplate ? brokenAt(editor.state) : undefined; if (found) setBroken(found); return found !== undefined; } },
    ]));
    const onPicker = (action: () => void): boolean => {
      if (!live.current.picking || live.current.shownCount === 0) return false;
      action();
      return true;
    };
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: live.current.props.value,
        extensions: [
          pickerKeys, history(), keymap.of([...defaultKeymap.filter(binding => binding.key !== "Mod-Enter" && binding.key !== "Alt-l"), ...historyKeymap]), EditorView.lineWrapping, highlight,
          language === "json" ? json() : language === "javascript" ? [javascript(), lineNumbers()] : [],
          isTemplate ? [faultsField, rawField, highlightLiquid, chips, fixFacet.of(found => { if (!live.current.props.disabled) setBroken(found); })] : [], settings.writing.of([]), settings.problems.of([]), placeholder ? placeholderOf(placeholder) : [],
          multiline ? [] : EditorState.transactionFilter.of(oneLine),
          settings.lookup.of(lookupFacet.of(live.current.props.lookup)), settings.editable.of([]), settings.attributes.of([]),
          EditorView.updateListener.of(update => {
            const isTyping = update.transactions.some(transaction => transaction.annotation(Transaction.userEvent) !== undefined);
            if (update.docChanged && isTyping) {
              live.current.pending = true;
              draftWaits(flush, true, live.current.behind);
              clearTimeout(live.current.timer);
              live.current.timer = setTimeout(flush, pauseMs);
              live.current.props.onChange?.(update.state.doc.toString());
            }
            if (isTemplate && isTyping && (update.docChanged || update.selectionSet)) {
              const next = picked(update.state, live.current.picking, update.docChanged, live.current.props.writing === "condition");
              if (next?.query !== live.current.picking?.query || next?.from !== live.current.picking?.from) setActive(0);
              setPicking(next);
            }
            if (update.focusChanged && !update.view.hasFocus) { flush(); setPicking(undefined); }
          }),
        ],
      }),
    });
    view.current = editor;
    const forget = registerDraft(flush);
    return () => { flush(); forget(); view.current = undefined; editor.destroy(); };
  }, [ask, flush, insert, isTemplate, language, multiline, placeholder, settings]);

  useEffect(() => { view.current?.dispatch({ effects: settings.lookup.reconfigure(lookupFacet.of(lookup)) }); }, [lookup, settings]);
  useEffect(() => { view.current?.dispatch({ effects: settings.writing.reconfigure(writingFacet.of(writing)) }); }, [writing, settings]);
  useEffect(() => { view.current?.dispatch({ effects: settings.problems.reconfigure(problemsFacet.of(problems)) }); }, [problems, settings]);
  // The focus stays in the text; a reader of screens hears the choice that is meant.
  useEffect(() => {
    const text = view.current?.contentDOM;
    if (!text || !isOpen || shown.length === 0) return;
    text.setAttribute("aria-controls", list);
    text.setAttribute("aria-activedescendant", choiceId(list, live.current.active));
    return () => { text.removeAttribute("aria-controls"); text.removeAttribute("aria-activedescendant"); };
  });
  useEffect(() => {
    view.current?.dispatch({ effects: [
      settings.editable.reconfigure([EditorView.editable.of(!disabled), EditorState.readOnly.of(disabled)]),
      settings.attributes.reconfigure(EditorView.contentAttributes.of(attributesOf(label, invalid, describedBy, testId, multiline, isTemplate))),
    ] });
  }, [disabled, label, invalid, describedBy, testId, multiline, isTemplate, settings]);
  // What comes from outside waits while somebody types here; the own text may come back in another form, and stays as it was written.
  useEffect(() => {
    const editor = view.current;
    const at = live.current;
    if (!editor || at.pending || (editor.hasFocus && at.isOwn)) return;
    if (editor.hasFocus && at.props.invalid) { at.behind ??= presentRevision() - 1; return; }
    at.behind = undefined;
    if (editor.state.doc.toString() !== value) editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useImperativeHandle(ref, () => ({ openPicker: () => { if (view.current) { view.current.focus(); ask(view.current); } } }), [ask]);
  const anchor = useCallback(() => {
    const editor = view.current;
    const box = editor && picking ? editor.coordsAtPos(Math.min(picking.from, editor.state.doc.length)) : undefined;
    return box ?? host.current?.getBoundingClientRect();
  }, [picking]);
  const keep = useCallback(() => [host.current], []);
  const fix = (change: (was: string) => string) => {
    const editor = view.current;
    if (!editor || !broken) return;
    setBroken(undefined);
    editor.dispatch({ changes: { from: broken.from, to: broken.to, insert: change(editor.state.sliceDoc(broken.from, broken.to)) }, userEvent: "input.fix" });
    editor.focus();
  };

  return (
    <>
      <div ref={host} className={`tpl${multiline ? " tall" : ""}${language !== "text" ? " codey" : ""}${invalid ? " bad" : ""}${disabled ? " off" : ""}`} />
      {isOpen && <ValuePicker anchor={anchor} id={list} choices={shown} lastValue={lookup.lastValue} isEmpty={lookup.values.length === 0} active={live.current.active} onActive={setActive} onChoose={insert} onClose={() => setPicking(undefined)} keepOpenFor={keep} />}
      {broken && <FixPopover broken={broken} lookup={lookup} anchor={() => view.current?.coordsAtPos(Math.min(broken.from, view.current.state.doc.length)) ?? host.current?.getBoundingClientRect()} onFix={fix}
        onClose={() => { setBroken(undefined); view.current?.focus(); }} />}
    </>
  );
}

function attributesOf(label: string, invalid: boolean | undefined, describedBy: string | undefined, testId: string | undefined, multiline: boolean, isTemplate: boolean): Record<string, string> {
  return {
    "aria-label": label, "aria-multiline": String(multiline), ...(isTemplate ? { "aria-haspopup": "listbox" } : {}), ...(invalid ? { "aria-invalid": "true" } : {}),
    ...(describedBy ? { "aria-describedby": describedBy } : {}), ...(testId ? { "data-testid": testId } : {}),
  };
}

function oneLine(transaction: Transaction) {
  return transaction.newDoc.lines > 1 ? [{ changes: { from: 0, to: transaction.startState.doc.length, insert: transaction.newDoc.toString().replace(/\s*\n\s*/g, " ") }, userEvent: "input.paste" }] : transaction;
}

// Whether the picker is open after this change: it opens by typing only, and closes when its trigger is gone.
function picked(state: EditorState, before: Wanted | undefined, docChanged: boolean, isCondition: boolean): Wanted | undefined {
  const { head, empty } = state.selection.main;
  if (!empty) return undefined;
  const wanted = wantedAt(state.sliceDoc(0, head), isCondition);
  if (wanted) return docChanged || before ? wanted : undefined;
  if (!before || before.kind !== "value" || head < before.from) return undefined;
  const typed = state.sliceDoc(before.from, head); // opened by the button: what is typed since filters
  return /^[\w. ]*$/.test(typed) && !typed.includes("  ") && typed.length < 40 && !typed.includes("{") ? { ...before, query: typed } : undefined;
}

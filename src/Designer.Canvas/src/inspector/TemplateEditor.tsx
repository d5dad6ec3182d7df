import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec, Transaction } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder as placeholderOf } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, type Ref } from "react";
import { commitDraft, draftWaits, presentRevision, registerDraft } from "../controls/drafts";
import { asExpression, brokenAt, chips, fixFacet, lookupFacet } from "./chips";
import { FixPopover, type Broken } from "./FixPopover";
import { filterValues, type Lookup } from "./lookup";
import { pickerTrigger } from "./template";
import { ValuePicker } from "./ValuePicker";

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
  /** Liquid as text instead of chips. */
  isExpression?: boolean;
  placeholder?: string;
  disabled?: boolean;
  invalid?: boolean;
  testId?: string;
  describedBy?: string;
  ref?: Ref<TemplateHandle>;
}

interface Picking { from: number; query: string }
const pauseMs = 400;

const highlight = syntaxHighlighting(HighlightStyle.define([
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" }, { tag: [tags.number, tags.bool, tags.null], color: "var(--model)" },
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--agent)" }, { tag: tags.propertyName, color: "var(--tool)" }, { tag: tags.comment, color: "var(--ink3)", fontStyle: "italic" },
]));

/** Text with references as chips; `/` at a word's start or `{{` offers the values that can be used here. */
export function TemplateEditor(props: Props) {
  const { value, label, lookup, multiline = false, language = "text", isTemplate = true, isExpression = false, placeholder, disabled = false, invalid, testId, describedBy, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const live = useRef({
    props, pending: false, timer: undefined as ReturnType<typeof setTimeout> | undefined, picking: undefined as Picking | undefined, active: 0, shownCount: 0, isOwn: false,
    /** The last revision whose value is shown, where a newer one could not be. */
    behind: undefined as number | undefined,
  });
  live.current.props = props;
  const [picking, setPicking] = useState<Picking>();
  const [active, setActive] = useState(0);
  const [broken, setBroken] = useState<Broken>();
  const shown = useMemo(() => (picking ? filterValues(lookup.values, picking.query) : []), [picking, lookup]);
  live.current.picking = picking;
  live.current.active = Math.min(active, Math.max(0, shown.length - 1));
  live.current.shownCount = shown.length;
  const shownRef = useRef(shown);
  shownRef.current = shown;
  const settings = useMemo(() => ({ lookup: new Compartment(), editable: new Compartment(), attributes: new Compartment(), expression: new Compartment() }), []);

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
    const from = live.current.picking?.from;
    setPicking(undefined);
    if (!editor || !chosen || from === undefined) return;
    const head = editor.state.selection.main.head;
    const after = editor.state.sliceDoc(head, head + 4);
    const closing = /^\s*\}\}/.exec(after)?.[0].length ?? 0;
    const text = `{{ ${chosen.path} }}`;
    editor.dispatch({ changes: { from, to: head + closing, insert: text }, selection: { anchor: from + text.length }, userEvent: "input.complete", scrollIntoView: true });
    editor.focus();
  }, []);

  useEffect(() => {
    const pickerKeys = Prec.highest(keymap.of([
      { key: "ArrowDown", run: () => onPicker(() => setActive(i => Math.min(i + 1, live.current.shownCount - 1))) },
      { key: "ArrowUp", run: () => onPicker(() => setActive(i => Math.max(0, i - 1))) },
      { key: "Enter", run: () => onPicker(() => insert(live.current.active)) },
      { key: "Tab", run: () => onPicker(() => insert(live.current.active)) },
      { key: "Enter", run: () => { if (multiline) return false; flush(); return true; } },
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
          isTemplate ? [chips, fixFacet.of(found => { if (!live.current.props.disabled) setBroken(found); })] : [], settings.expression.of([]), placeholder ? placeholderOf(placeholder) : [],
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
              const next = picked(update.state, live.current.picking, update.docChanged);
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
  }, [flush, insert, isTemplate, language, multiline, placeholder, settings]);

  useEffect(() => { view.current?.dispatch({ effects: settings.lookup.reconfigure(lookupFacet.of(lookup)) }); }, [lookup, settings]);
  useEffect(() => { view.current?.dispatch({ effects: settings.expression.reconfigure(asExpression.of(isExpression)) }); }, [isExpression, settings]);
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

  useImperativeHandle(ref, () => ({
    openPicker: () => {
      const editor = view.current;
      if (!editor) return;
      editor.focus();
      const { head } = editor.state.selection.main;
      setActive(0);
      setPicking({ from: head, query: "" });
    },
  }), []);
  const anchor = useCallback(() => {
    const editor = view.current;
    const box = editor && picking ? editor.coordsAtPos(Math.min(picking.from, editor.state.doc.length)) : undefined;
    return box ?? host.current?.getBoundingClientRect();
  }, [picking]);
  const keep = useCallback(() => [host.current], []);
  const fix = (replacement: string | undefined) => {
    const editor = view.current;
    if (!editor || !broken) return;
    const was = editor.state.sliceDoc(broken.from, broken.to);
    const insert = replacement === undefined ? "" : was.replace(broken.path, replacement);
    setBroken(undefined);
    editor.dispatch({ changes: { from: broken.from, to: broken.to, insert }, userEvent: "input.fix" });
    editor.focus();
  };

  return (
    <>
      <div ref={host} className={`tpl${multiline ? " tall" : ""}${language !== "text" ? " codey" : ""}${invalid ? " bad" : ""}${disabled ? " off" : ""}`} />
      {picking && <ValuePicker anchor={anchor} values={shown} lastValue={lookup.lastValue} isEmpty={lookup.values.length === 0} active={live.current.active} onActive={setActive} onChoose={insert} onClose={() => setPicking(undefined)} keepOpenFor={keep} />}
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
function picked(state: EditorState, before: Picking | undefined, docChanged: boolean): Picking | undefined {
  const { head, empty } = state.selection.main;
  if (!empty) return undefined;
  const line = state.doc.lineAt(head);
  const trigger = pickerTrigger(state.sliceDoc(line.from, head));
  if (trigger) return docChanged || before ? { from: line.from + trigger.from, query: trigger.query } : undefined;
  if (!before || head < before.from) return undefined;
  const typed = state.sliceDoc(before.from, head); // opened by the button: what is typed since filters
  return /^[\w. ]*$/.test(typed) && !typed.includes("  ") && typed.length < 40 && !typed.includes("{") ? { from: before.from, query: typed } : undefined;
}

// The editor: CodeMirror in a shadow root, where its styles need no exception in the page's policy.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";

const setTokens = StateEffect.define();
const tokenField = StateField.define({
  create: () => Decoration.none,
  update(decorations, transaction) {
    let next = decorations.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setTokens)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const MARKS = Object.fromEntries(
  ["keyword", "function", "string", "number", "regex", "comment", "param", "operator", "name"].map((kind) => [
    kind,
    Decoration.mark({ class: `tok-${kind}` }),
  ]),
);

const look = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--text)", fontSize: "13.5px", maxHeight: "38vh" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { padding: "10px 0", minHeight: "84px", caretColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted)", border: "none" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--hover)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-tooltip": { backgroundColor: "var(--panel)", color: "var(--text)", border: "1px solid var(--line)", borderRadius: "6px", overflow: "hidden", boxShadow: "0 6px 20px var(--shadow)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "13px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "#fff" },
  ".cm-completionDetail": { color: "inherit", opacity: "0.7", fontStyle: "normal" },
  ".cm-diagnostic": { padding: "6px 10px", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--bad)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad) 1px", textUnderlineOffset: "3px" },
  ".cm-lint-marker-error": { content: '"●"', color: "var(--bad)", fontSize: "11px", textAlign: "center" },
  ".cm-lint-marker-warning": { content: '"●"', color: "var(--warn)", fontSize: "11px", textAlign: "center" },
  ".tok-keyword": { color: "var(--c-keyword)", fontWeight: "600" },
  ".tok-function": { color: "var(--c-function)" },
  ".tok-string": { color: "var(--c-string)" },
  ".tok-number": { color: "var(--c-number)" },
  ".tok-regex": { color: "var(--c-regex)" },
  ".tok-param": { color: "var(--c-param)" },
  ".tok-comment": { color: "var(--muted)", fontStyle: "italic" },
});

const marks = (tokens, length) =>
  Decoration.set(
    tokens.filter(([start, end, kind]) => start < end && end <= length && kind in MARKS).map(([start, end, kind]) => MARKS[kind].range(start, end)),
    true,
  );

export class Editor {
  constructor(node, options) {
    this.options = options;
    this.timer = 0;
    this.version = 0;
    const root = node.shadowRoot ?? node.attachShadow({ mode: "open" });
    root.replaceChildren();
    const parent = document.createElement("div");
    root.append(parent);
    const run = (action) => () => {
      this.options[action]?.();
      return true;
    };
    this.readOnly = new Compartment();
    this.view = new EditorView({
      root,
      parent,
      state: EditorState.create({
        doc: options.text,
        extensions: [
          tokenField,
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          closeBrackets(),
          lintGutter(),
          EditorView.lineWrapping,
          placeholder(options.hint),
          EditorView.contentAttributes.of({ "aria-label": options.label }),
          autocompletion({ override: options.complete ? [(context) => this.complete(context)] : [], icons: false }),
          keymap.of([
            { key: "Mod-Enter", run: run("run"), preventDefault: true },
            { key: "Shift-Alt-f", run: run("format"), preventDefault: true },
            { key: "Tab", run: acceptCompletion },
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...lintKeymap,
            ...historyKeymap,
            ...defaultKeymap,
          ]),
          look,
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            this.options.change(this.text);
            this.later(90);
          }),
        ],
      }),
    });
    this.later(0);
  }

  get text() {
    return this.view.state.doc.toString();
  }

  replace(text) {
    if (text === this.text) return;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, selection: { anchor: text.length } });
  }

  insert(text) {
    this.view.dispatch(this.view.state.replaceSelection(text));
    this.view.focus();
  }

  later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), delay);
  }

  async check() {
    const version = ++this.version;
    const text = this.text;
    let report;
    try {
      report = await this.options.check(text);
    } catch {
      return;
    }
    if (version !== this.version || text !== this.text) return;
    const length = text.length;
    const diagnostics = report.issues.map((issue) => ({
      from: Math.min(issue.start, length),
      to: Math.min(Math.max(issue.end, issue.start), length),
      severity: issue.severity,
      message: issue.message,
    }));
    this.view.dispatch({ effects: setTokens.of(marks(report.tokens ?? [], length)) });
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
    this.options.checked?.(report);
  }

  async complete(context) {
    const before = context.matchBefore(/[\w"'.$ (,=]/);
    if (!context.explicit && !before) return null;
    let found;
    try {
      found = await this.options.complete(this.text, context.pos);
    } catch {
      return null;
    }
    if (context.aborted || !found.options.length) return null;
    return {
      from: found.start,
      filter: false,
      options: found.options.map((each) => ({ label: each.label, apply: each.text, detail: each.kind })),
    };
  }

  open() {
    startCompletion(this.view);
  }

  destroy() {
    clearTimeout(this.timer);
    this.view.destroy();
  }
}

export const EditorBox = ({ handle, options, name }) => {
  const node = useRef(null);
  const latest = useRef(options);
  latest.current = options;
  useEffect(() => {
    const forward = { ...options };
    for (const key of ["run", "format", "change", "check", "checked", "complete"]) {
      if (options[key]) forward[key] = (...given) => latest.current[key]?.(...given);
    }
    const editor = new Editor(node.current, forward);
    handle.current = editor;
    return () => editor.destroy();
  }, [name]);
  return html`<div class="editor" ref=${node} data-editor=${name}></div>`;
};

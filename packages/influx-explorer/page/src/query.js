// Ask: the editor, the time range, and the result as a chart and a table.
import { html } from "htm/preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { post, raw } from "./api.js";
import { Chart, linesOf } from "./chart.js";
import { EditorBox } from "./editor.js";
import { readResult } from "./result.js";
import { RANGES, REFRESHES, keep, kept, paramsOf, rangeOf } from "./state.js";
import { Table } from "./table.js";
import { counted } from "./texts.js";

const NAMES = { influxql: "InfluxQL", sql: "SQL", flux: "Flux" };

export const Query = ({ state, set, about, editor }) => {
  const [result, setResult] = useState(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [past, setPast] = useState(() => kept("history", []));
  const [saved, setSaved] = useState(() => kept("saved", []));
  const running = useRef(null);
  const latest = useRef(state);
  latest.current = state;
  const { panel } = state;
  const setPanel = (name) => set({ panel: name === latest.current.panel ? "" : name });
  const lang = state.lang || about.languages[0] || "influxql";

  const body = () => {
    const now = latest.current;
    return {
      language: now.lang || about.languages[0],
      text: now.q,
      db: now.db,
      rp: now.rp,
      params: paramsOf(now.params),
      range: rangeOf(now, Date.now()),
    };
  };

  const run = useCallback(async () => {
    if (!latest.current.q.trim()) return;
    running.current?.abort();
    const control = (running.current = new AbortController());
    setBusy(true);
    setProblem("");
    set({ run: "1" });
    try {
      const response = await raw("api/query", body(), control.signal);
      const buffer = await response.arrayBuffer();
      const found = { arrived: performance.now(), ...readResult(buffer) };
      if (control.signal.aborted) return;
      setResult(found);
      if (found.error) setProblem(found.error);
      const entry = { q: latest.current.q, lang, db: latest.current.db };
      setPast((old) => {
        const next = [entry, ...old.filter((each) => each.q !== entry.q)].slice(0, 50);
        keep("history", next);
        return next;
      });
    } catch (error) {
      if (error.name !== "AbortError") {
        setProblem(error.message);
        setResult(null);
      }
    } finally {
      if (running.current === control) setBusy(false);
    }
  }, [lang]);

  const format = useCallback(async () => {
    try {
      editor.current.replace((await post("api/format", { text: latest.current.q, language: lang })).text);
    } catch (error) {
      setProblem(error.message);
    }
  }, [lang]);

  useEffect(() => {
    if (!state.run || !state.q) return;
    post("api/check", { text: state.q, language: lang })
      .then((report) => (report.read_only ? run() : setProblem("This text may change the server. Press Run if you want that.")))
      .catch((error) => setProblem(error.message));
  }, []);
  useEffect(() => {
    if (state.run && result) run();
  }, [state.range, state.from, state.to]);
  useEffect(() => {
    const seconds = REFRESHES[state.every];
    if (!seconds) return undefined;
    const timer = setInterval(() => document.hidden || run(), seconds * 1000);
    return () => clearInterval(timer);
  }, [state.every, lang]);

  const csv = () => {
    const asked = body();
    const params = { language: asked.language, q: asked.text, db: asked.db, rp: asked.rp, ...asked.range };
    return `api/csv?${new URLSearchParams({ ...params, params: JSON.stringify(asked.params) })}`;
  };
  const load = (entry) => {
    set({ q: entry.q, lang: entry.lang, db: entry.db, panel: "" });
    editor.current.replace(entry.q);
  };
  const save = () => {
    const name = state.q.split("\n")[0].slice(0, 60);
    const next = [{ name, q: state.q, lang, db: state.db }, ...saved.filter((each) => each.q !== state.q)];
    setSaved(next);
    keep("saved", next);
  };
  const drop = (entry) => {
    const next = saved.filter((each) => each !== entry);
    setSaved(next);
    keep("saved", next);
  };
  const hidden = new Set(state.hide ? JSON.parse(state.hide) : []);
  const toggle = (label) => {
    const next = new Set(hidden);
    if (!next.delete(label)) next.add(label);
    set({ hide: next.size ? JSON.stringify([...next]) : "" });
  };

  return html`<section class="query" aria-label="Query">
    <div class="bar settings">
      <label class="field">Language <select aria-label="Language" value=${lang} onChange=${(event) => set({ lang: event.target.value })}>
        ${about.languages.map((each) => html`<option key=${each} value=${each}>${NAMES[each]}</option>`)}
      </select></label>
      <label class="field">Range <select aria-label="Time range" value=${state.range} onChange=${(event) => set({ range: event.target.value, zoom: "" })}>
        ${RANGES.map((each) => html`<option key=${each} value=${each}>${each === "all" ? "all times" : each === "custom" ? "from … to" : `last ${each}`}</option>`)}
      </select></label>
      ${state.range === "custom" && html`
        <input aria-label="From" placeholder="2026-01-01T00:00:00Z" value=${state.from} onChange=${(event) => set({ from: event.target.value })} />
        <input aria-label="To" placeholder="2026-01-02T00:00:00Z" value=${state.to} onChange=${(event) => set({ to: event.target.value })} />`}
      <label class="field">Refresh <select aria-label="Refresh" value=${state.every} onChange=${(event) => set({ every: event.target.value })}>
        ${Object.keys(REFRESHES).map((each) => html`<option key=${each} value=${each}>${each ? `every ${each}` : "off"}</option>`)}
      </select></label>
      <span class="gap"></span>
      <button type="button" class="plain" aria-expanded=${String(panel === "params")} onClick=${() => setPanel("params")}>Parameters</button>
      <button type="button" class="plain" aria-expanded=${String(panel === "history")} onClick=${() => setPanel("history")}>History</button>
      <button type="button" class="plain" aria-expanded=${String(panel === "saved")} onClick=${() => setPanel("saved")}>Saved</button>
    </div>
    ${panel === "params" && html`<div class="panel">
      <label for="params">One value a line: <code>name = value</code>. <code>$start</code> and <code>$stop</code> are the time range${lang === "flux" ? html`; Flux has it as <code>v.timeRangeStart</code> and <code>v.timeRangeStop</code>` : ""}.</label>
      <textarea id="params" rows="3" spellcheck=${false} value=${state.params} onInput=${(event) => set({ params: event.target.value })}></textarea></div>`}
    ${panel === "history" && html`<${Entries} entries=${past} load=${load} empty="No query has been run in this browser." />`}
    ${panel === "saved" && html`<div class="panel"><button type="button" onClick=${save} disabled=${!state.q.trim()}>Save this query</button></div><${Entries} entries=${saved} load=${load} drop=${drop} empty="No query is saved in this browser." />`}
    <div class="box">
      <${EditorBox} handle=${editor} name=${`query-${lang}`} options=${{
        text: state.q,
        label: "Query",
        hint: `Pick a measurement, or type ${NAMES[lang] ?? "a query"}`,
        run,
        format,
        change: (q) => set({ q, zoom: "" }),
        check: (text) => post("api/check", { text, language: lang, db: state.db }),
        complete: (text, cursor) => post("api/complete", { text, cursor, language: lang, db: state.db }),
      }} />
      <div class="bar foot">
        <button type="button" class="primary" data-action="run" onClick=${run} disabled=${!state.q.trim()}>${busy ? "Running…" : "Run"} <kbd>Ctrl ↵</kbd></button>
        <button type="button" onClick=${format} disabled=${lang === "sql" || !state.q.trim()} title="Shift Alt F">Format</button>
        <a class="button" data-action="csv" href=${state.q.trim() ? csv() : undefined} aria-disabled=${String(!state.q.trim())} download="result.csv" onClick=${(event) => { event.currentTarget.href = csv(); }}>CSV</a>
        <span class="gap"></span>
        ${result && !problem && html`<span class="note" data-testid="summary">${counted(result.rows, "row")} · ${counted(result.series.length, "series", "series")} · ${(result.seconds * 1000).toFixed(0)} ms</span>`}
      </div>
    </div>
    ${problem && html`<div class="alert" role="alert"><strong>The query failed.</strong> <span>${problem}</span></div>`}
    ${result?.truncated && html`<div class="alert warn" role="status">Only the first ${result.rows.toLocaleString("en")} rows are shown. CSV has all of them.</div>`}
    <${Result} result=${result} busy=${busy} problem=${problem} state=${state} set=${set} hidden=${hidden} toggle=${toggle} />
  </section>`;
};

const Entries = ({ entries, load, drop, empty }) => html`<ul class="panel entries">
  ${!entries.length && html`<li class="quiet">${empty}</li>`}
  ${entries.map((each) => html`<li key=${each.lang + each.q}><button type="button" class="plain mono" onClick=${() => load(each)}>${each.q}</button>${drop && html`<button type="button" class="plain" aria-label="Delete" onClick=${() => drop(each)}>✕</button>`}</li>`)}
</ul>`;

const Result = ({ result, busy, problem, state, set, hidden, toggle }) => {
  if (!result) {
    const text = busy ? "Waiting for the server…" : problem ? "" : "Pick a measurement in the schema and press Run: its values appear here.";
    return text && html`<p class="empty" role="status">${text}</p>`;
  }
  if (!result.rows) {
    return !problem && html`<div class="empty" role="status"><p>The query found nothing.</p>${state.range !== "all" && html`<button type="button" onClick=${() => set({ range: "all" })}>Look at all times</button>`}</div>`;
  }
  const view = state.view === "chart" && !linesOf(result).length ? "table" : state.view;
  const tab = (name, label) => html`<button type="button" role="tab" id=${`view-${name}`} aria-selected=${String(view === name)} aria-controls="result" onClick=${() => set({ view: name })}>${label}</button>`;
  return html`<div class=${`result ${busy ? "busy" : ""}`}>
    <div class="tabs" role="tablist" aria-label="View">${tab("chart", "Chart")}${tab("table", "Table")}</div>
    <div id="result" class="view" role="tabpanel" aria-labelledby=${`view-${view}`}>
      ${view === "chart" ? html`<${Chart} result=${result} tz=${state.tz} theme=${state.theme} hidden=${hidden} toggle=${toggle} zoom=${state.zoom} setZoom=${(zoom) => set({ zoom })} />` : html`<${Table} result=${result} tz=${state.tz} />`}
    </div>
  </div>`;
};

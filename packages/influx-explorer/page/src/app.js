// The page: its state is the fragment of the URL.
import { html, render } from "htm/preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api.js";
import { Control, Requests } from "./fake.js";
import { Query } from "./query.js";
import { Tree } from "./schema.js";
import { kept, keep, readState, writeState } from "./state.js";
import { insertion, measurementQuery } from "./texts.js";
import { Write } from "./write.js";

const AWAY_MS = 3000; // how often a server is asked again that does not answer
const TABS = [["query", "Query"], ["write", "Write"], ["requests", "Requests"], ["control", "Control"]];

const App = () => {
  const [state, setState] = useState(readState);
  const [about, setAbout] = useState(null);
  const [failure, setFailure] = useState("");
  const [reload, setReload] = useState(0);
  const editor = useRef(null);
  const made = useRef("");
  const set = useCallback((change) => setState((old) => ({ ...old, ...change })), []);
  const theme = state.theme || kept("theme", "");

  useEffect(() => writeState(state), [state]);
  useEffect(() => {
    const moved = () => setState(readState());
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  useEffect(() => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  }, [theme]);
  const ask = () => get("api/about").then((found) => { setFailure(""); setAbout(found); if (!state.db && found.db) set({ db: found.db }); }, (error) => setFailure(error.message));
  useEffect(() => { ask(); }, []);
  const isAway = Boolean(about?.error) && !about.refused;
  useEffect(() => {
    if (!isAway) return undefined;
    const timer = setInterval(ask, AWAY_MS);
    return () => { clearInterval(timer); setReload((old) => old + 1); };
  }, [isAway]);

  if (!about) return html`<main class="center"><p role="status">${failure || "Loading…"}</p>${failure && html`<button onClick=${ask}>Try again</button>`}</main>`;
  const lang = state.lang || about.languages[0] || "influxql";
  const pickMeasurement = (db, name) => {
    const text = measurementQuery(lang, db, name);
    const current = editor.current?.text ?? state.q;
    if (state.tab !== "query") set({ tab: "query" });
    if (editor.current && current.trim() && current !== made.current) {
      editor.current.insert(insertion(lang, "measurement", name));
      set({ db });
      return;
    }
    made.current = text;
    set({ db, q: text, run: "", zoom: "" });
    editor.current?.replace(text);
    editor.current?.view.focus();
  };
  const insert = (kind, name, more) => editor.current?.insert(insertion(lang, kind, name, more));
  const wrote = () => setReload((old) => old + 1);
  const dark = theme === "dark" || (!theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const turn = () => { const next = dark ? "light" : "dark"; keep("theme", next); set({ theme: next }); };
  const tabs = TABS.filter(([name]) => about.fake || name === "query" || name === "write");

  return html`
    <header>
      <h1><img src="icon.svg" alt="" width="22" height="22" /> influx explorer</h1>
      <span class="server" title=${about.server}>${about.server} <small>${about.version}</small></span>
      <div class="tabs" role="tablist" aria-label="Parts of the explorer">${tabs.map(([name, label]) => html`<button key=${name} type="button" role="tab" id=${`tab-${name}`} aria-selected=${String(state.tab === name)} aria-controls="main" onClick=${() => set({ tab: name })}>${label}</button>`)}</div>
      <span class="gap"></span>
      <button type="button" class="plain zone" title="Time zone of the page" onClick=${() => set({ tz: state.tz === "utc" ? "local" : "utc" })}>${state.tz === "utc" ? "UTC" : "local time"}</button>
      <button type="button" class="plain theme" aria-label=${dark ? "Use light colours" : "Use dark colours"} onClick=${turn}>${dark ? "☾" : "☀"}</button>
    </header>
    ${about.error && html`<div class="alert top" role="alert"><strong>${about.refused ? "The server refuses access." : "The server does not answer."}</strong> <span>${about.error}</span> <button type="button" onClick=${ask}>Try again</button></div>`}
    <div class=${`body ${state.tab === "query" ? "" : "whole"}`}>
      ${state.tab === "query" && html`<${Tree} state=${state} set=${set} choose=${(db) => set({ db })} pickMeasurement=${pickMeasurement} insert=${insert} reload=${reload} />`}
      <main id="main" role="tabpanel" aria-labelledby=${`tab-${state.tab}`}>
        ${state.tab === "query" && (about.languages.length ? html`<${Query} state=${state} set=${set} about=${about} editor=${editor} />` : html`<p class="empty">VictoriaMetrics answers no InfluxQL. The tree shows what it holds; Write stores points.</p>`)}
        ${state.tab === "write" && html`<${Write} state=${state} set=${set} about=${about} wrote=${wrote} />`}
        ${state.tab === "requests" && about.fake && html`<${Requests} state=${state} set=${set} />`}
        ${state.tab === "control" && about.fake && html`<${Control} state=${state} wrote=${wrote} />`}
      </main>
    </div>`;
};

render(html`<${App} />`, document.getElementById("app"));

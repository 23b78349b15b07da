// For a fake server: its requests as they come, faults, the clock, and its data.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, post } from "./api.js";
import { timeText } from "./result.js";
import { counted } from "./texts.js";

const MOST = 1000;

const matches = (entry, filter) => {
  const wanted = filter.trim().toLowerCase();
  if (!wanted) return true;
  return [entry.method, entry.path, entry.db, entry.statement, entry.reason, entry.body, String(entry.status ?? "none"), entry.fault ?? ""].some((each) => each.toLowerCase().includes(wanted));
};

export const Requests = ({ state, set }) => {
  const [entries, setEntries] = useState([]);
  const [live, setLive] = useState(false);
  useEffect(() => {
    const source = new EventSource("api/fake/log");
    source.onopen = () => setLive(true);
    source.onerror = () => setLive(false);
    source.onmessage = (event) => {
      const come = JSON.parse(event.data);
      setEntries((old) => (come.cleared ? [] : [...come.entries.toReversed(), ...old.filter((each) => !come.entries.some((one) => one.number === each.number))].slice(0, MOST)));
    };
    return () => source.close();
  }, []);
  const shown = entries.filter((entry) => matches(entry, state.filter));
  const chosen = Number(state.request);
  return html`<section aria-label="Requests">
    <div class="bar">
      <input type="search" class="wide" aria-label="Filter requests" placeholder="Filter: path, statement, status, reason…" value=${state.filter} onInput=${(event) => set({ filter: event.target.value })} />
      <span class="note" data-testid="live">${live ? "live" : "connecting…"} · ${shown.length} of ${entries.length}</span>
      <span class="gap"></span>
      <a class="button" href="api/fake/cassette" download="cassette.json">Export as cassette</a>
      <button type="button" onClick=${() => post("api/fake/clear")}>Clear</button>
    </div>
    ${!entries.length ? html`<p class="empty">No request has come yet. Requests of every client appear here at once.</p>` : html`
    <div class="scroll" tabindex="0" role="region" aria-label="Log of requests"><table class="list log"><thead><tr><th>time</th><th>request</th><th>database</th><th>statement or body</th><th>status</th><th>ms</th></tr></thead><tbody>
      ${shown.map((entry) => html`
        <tr key=${entry.number} class=${entry.status === null || entry.status >= 400 ? "failed" : ""}>
          <td class="mono">${timeText(BigInt(entry.time), state.tz).slice(11, 23)}</td>
          <td><button type="button" class="plain mono" aria-expanded=${String(chosen === entry.number)} onClick=${() => set({ request: chosen === entry.number ? "" : String(entry.number) })}>${entry.method} ${entry.path}</button></td>
          <td class="database">${entry.db}</td>
          <td class="mono cut">${entry.statement || entry.body.slice(0, 200)}</td>
          <td><span class="status">${entry.status ?? "none"}</span>${entry.fault && html` <span class="chip">${entry.fault}</span>`}</td>
          <td class="mono taken">${(entry.seconds * 1000).toFixed(1)}</td>
        </tr>
        ${entry.reason && html`<tr key=${`r${entry.number}`} class="reason"><td></td><td colspan="5">${entry.reason}</td></tr>`}
        ${chosen === entry.number && html`<tr key=${`d${entry.number}`} class="detail"><td></td><td colspan="5"><pre tabindex="0">${[Object.entries(entry.params).map(([key, value]) => `${key} = ${value}`).join("\n"), entry.body].filter(Boolean).join("\n\n")}</pre></td></tr>`}`)}
    </tbody></table></div>`}
  </section>`;
};

const FAULTS = ["status", "drop", "reset", "slow_headers", "slow_body", "truncate", "error_mid_stream", "garbage", "expired_token", "partial_write", "type_conflict", "too_large"];

export const Control = ({ state, wrote }) => {
  const [info, setInfo] = useState(null);
  const [problem, setProblem] = useState("");
  const [kind, setKind] = useState("status");
  const form = useRef(null);
  const refresh = () => get("api/fake/control").then(setInfo, (error) => setProblem(error.message));
  useEffect(() => {
    refresh();
    const timer = setInterval(refresh, 1000);
    return () => clearInterval(timer);
  }, []);
  const act = async (path, body) => {
    setProblem("");
    try {
      await post(path, body);
      wrote();
    } catch (error) {
      setProblem(error.message);
    }
    refresh();
  };
  const arm = (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    const number = (text) => (text ? Number(text) : null);
    act("api/fake/arm", {
      kind,
      status: number(given.status) ?? 503,
      message: given.message ?? "",
      seconds: number(given.seconds) ?? 1,
      path: given.path,
      method: given.method,
      query: given.query,
      nth: number(given.nth) ?? 1,
      times: given.times === "" ? 1 : Number(given.times),
    });
  };
  const load = async (event) => {
    const [file] = event.target.files;
    if (file) await act("api/fake/load", { text: await file.text(), db: state.db });
    event.target.value = "";
  };
  if (!info) return html`<p class="empty">${problem || "Loading…"}</p>`;
  return html`<section class="control" aria-label="Faults, clock and data">
    ${problem && html`<div class="alert" role="alert">${problem}</div>`}
    <div class="cards">
      <div class="card"><h2>Faults</h2>
        <form ref=${form} onSubmit=${arm}>
          <label class="field">Fault <select name="kind" value=${kind} onChange=${(event) => setKind(event.target.value)}>${FAULTS.map((each) => html`<option key=${each} value=${each}>${each.replaceAll("_", " ")}</option>`)}</select></label>
          ${kind === "status" && html`<label class="field">Status <input name="status" type="number" min="400" max="599" value="503" /></label><label class="field">Message <input name="message" /></label>`}
          ${kind.startsWith("slow") && html`<label class="field">Seconds <input name="seconds" type="number" step="0.1" min="0" value="1" /></label>`}
          <label class="field">Path <input name="path" placeholder="any" /></label>
          <label class="field">Method <input name="method" placeholder="any" /></label>
          <label class="field">Statement matches <input name="query" placeholder="any" /></label>
          <label class="field">From match <input name="nth" type="number" min="1" value="1" /></label>
          <label class="field">Times, 0 = always <input name="times" type="number" min="0" value="1" /></label>
          <button class="primary" data-action="arm">Arm</button>
        </form>
        <ul class="entries">${!info.faults.length && html`<li class="quiet">No fault is armed.</li>`}
          ${info.faults.map((each) => html`<li key=${each.number}><span>${each.text} <small>applied ${counted(each.used, "time")}</small></span><button type="button" class="plain" onClick=${() => act("api/fake/disarm", { number: each.number })}>Disarm</button></li>`)}</ul>
      </div>
      <div class="card"><h2>Clock</h2>
        <p class="mono big" data-testid="clock">${timeText(BigInt(info.now), state.tz)}</p>
        ${info.clock ? html`<div class="bar">${[["+1 minute", 60], ["+1 hour", 3600], ["+1 day", 86400], ["+30 days", 2592000]].map(([label, seconds]) => html`<button key=${label} type="button" onClick=${() => act("api/fake/clock", { advance: seconds })}>${label}</button>`)}<button type="button" onClick=${() => act("api/fake/clock", { reset: true })}>Reset</button></div>
        <form class="bar" onSubmit=${(event) => { event.preventDefault(); act("api/fake/clock", { set: new FormData(event.target).get("set") }); }}><input name="set" class="wide" aria-label="Set the clock" placeholder="2026-01-01T00:00:00Z" /><button>Set</button></form>` : html`<p class="quiet">The clock of this server cannot be moved.</p>`}
      </div>
      <div class="card"><h2>Data</h2>
        <div class="bar"><label class="button">Load a file<input type="file" class="hidden-input" onChange=${load} /></label><a class="button" href="api/fake/dump" download="dump.lp">Dump</a></div>
        <table class="list"><thead><tr><th>database</th><th>measurement</th><th>points</th></tr></thead><tbody>
          ${info.points.map((each) => html`<tr key=${`${each.database} ${each.measurement}`}><td>${each.database}</td><td>${each.measurement}</td><td class="mono">${each.points.toLocaleString("en")}</td></tr>`)}
        </tbody></table>
        ${!info.points.length && html`<p class="quiet">The server holds no points.</p>`}
      </div>
    </div>
  </section>`;
};

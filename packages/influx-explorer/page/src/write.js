// The write box: line protocol with its errors, what would be stored, then sent.
import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { post } from "./api.js";
import { EditorBox } from "./editor.js";
import { counted } from "./texts.js";

export const Write = ({ state, set, about, wrote }) => {
  const editor = useRef(null);
  const [report, setReport] = useState(null);
  const [outcome, setOutcome] = useState(null);
  const [busy, setBusy] = useState(false);
  const ready = about.write && report && report.point_count > 0 && report.issue_count === 0 && state.db;
  const send = async () => {
    if (!ready) return;
    setBusy(true);
    try {
      await post("api/write", { text: state.lp, db: state.db, rp: state.rp, precision: state.unit });
      setOutcome({ ok: true, text: `${counted(report.point_count, "point is", "points are")} stored in ${state.db}.` });
      wrote();
    } catch (error) {
      setOutcome({ ok: false, text: error.message });
    } finally {
      setBusy(false);
    }
  };
  return html`<section class="write" aria-label="Write">
    <div class="bar">
      <label class="field">Database <input aria-label="Database" value=${state.db} onInput=${(event) => set({ db: event.target.value })} /></label>
      <label class="field">Times in <select aria-label="Unit of times" value=${state.unit} onChange=${(event) => { set({ unit: event.target.value }); editor.current.later(0); }}>
        ${["ns", "us", "ms", "s"].map((each) => html`<option key=${each}>${each}</option>`)}
      </select></label>
    </div>
    <div class="box">
      <${EditorBox} handle=${editor} name="lines" options=${{
        text: state.lp,
        label: "Line protocol",
        hint: "measurement,tag=value field=1.5 1700000000000000000",
        run: send,
        change: (lp) => { set({ lp }); setOutcome(null); },
        check: (text) => post("api/lines", { text, db: state.db, precision: state.unit }),
        checked: setReport,
      }} />
      <div class="bar foot">
        <button type="button" class="primary" data-action="send" disabled=${!ready || busy} onClick=${send}>${busy ? "Sending…" : "Send"} <kbd>Ctrl ↵</kbd></button>
        ${!about.write && html`<span class="note">read-only: start the explorer with <code>--write</code></span>`}
        <span class="gap"></span>
        ${report && html`<span class="note" data-testid="lines">${counted(report.point_count, "point")} · ${counted(report.issue_count, "bad line")}</span>`}
      </div>
    </div>
    ${outcome && html`<div class=${`alert ${outcome.ok ? "good" : ""}`} role="status">${outcome.text}</div>`}
    ${report?.issue_count > 0 && html`<ul class="issues" aria-label="Bad lines">${report.issues.map((issue, i) => html`<li key=${i}><b>line ${report.lines[i][0]}, column ${report.lines[i][1]}</b> ${issue.message}</li>`)}</ul>`}
    ${report?.point_count > 0 && html`<h2>What would be stored</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Points"><table class="list"><thead><tr><th>measurement</th><th>tags</th><th>fields</th><th>time</th></tr></thead><tbody>
        ${report.points.map((point, i) => html`<tr key=${i}><td>${point.measurement}</td><td>${Object.entries(point.tags).map(([key, value]) => html`<span class="chip">${key}=${value}</span>`)}</td>
          <td>${point.fields.map(([name, value, type]) => html`<span class="chip">${name}=${value} <small>${type}</small></span>`)}</td><td class="mono time">${point.time ?? "when it arrives"}</td></tr>`)}
      </tbody></table></div>
      ${report.point_count > report.points.length && html`<p class="note">${counted(report.point_count - report.points.length, "more point")}</p>`}`}
    ${!report?.point_count && !report?.issue_count && html`<p class="empty">Type or paste line protocol. Nothing is sent before you press Send.</p>`}
  </section>`;
};

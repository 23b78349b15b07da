// The tree of databases, policies, measurements, tags with values, and fields with types.
import { html } from "htm/preact";
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api.js";

const useNames = (params, active) => {
  const [found, setFound] = useState({ state: "waiting", data: null });
  const key = JSON.stringify(params);
  const load = useCallback(async () => {
    setFound({ state: "loading", data: null });
    try {
      setFound({ state: "ready", data: await get("api/schema", params) });
    } catch (error) {
      setFound({ state: "error", data: null, message: error.message });
    }
  }, [key]);
  useEffect(() => {
    if (active) load();
  }, [active, key]);
  return [found, load];
};

const Status = ({ found, empty }) =>
  found.state === "loading"
    ? html`<li class="quiet">loading…</li>`
    : found.state === "error"
      ? html`<li class="quiet bad">${found.message}</li>`
      : found.state === "ready" && empty
        ? html`<li class="quiet">${empty}</li>`
        : null;

// Which branches are not as they are at first, by their paths.
const Turned = createContext({ paths: new Set(), turn: () => {} });

const Branch = ({ path, label, detail, kind, pick, children, open: initially = false }) => {
  const { paths, turn } = useContext(Turned);
  const key = path.join("\n");
  const open = paths.has(key) !== initially;
  const setOpen = () => turn(key);
  return html`<li>
    <div class="branch">
      <button type="button" class="twist" aria-expanded=${String(open)} aria-label=${`${open ? "Close" : "Open"} ${label}`} onClick=${setOpen}>${open ? "▾" : "▸"}</button>
      <button type="button" class=${`leaf ${kind}`} data-kind=${kind} data-name=${label} title=${label} onClick=${pick}><span>${label}</span>${detail && html`<small>${detail}</small>`}</button>
    </div>
    ${open && html`<ul>${children()}</ul>`}
  </li>`;
};

const Leaf = ({ label, detail, kind, pick }) => html`<li>
  <button type="button" class=${`leaf ${kind}`} data-kind=${kind} data-name=${label} title=${label} onClick=${pick}><span>${label || "(empty)"}</span>${detail && html`<small>${detail}</small>`}</button>
</li>`;

const MOST = 200;

const Values = ({ db, m, tag, insert }) => {
  const [found] = useNames({ level: "values", db, m, tag }, true);
  const values = found.data ?? [];
  return html`<${Status} found=${found} empty=${!values.length && "no values"} />
    ${values.slice(0, MOST).map((each) => html`<${Leaf} key=${each} label=${each} kind="value" pick=${() => insert("value", each, { tag })} />`)}
    ${values.length > MOST && html`<li class="quiet">${values.length - MOST} more</li>`}`;
};

const Columns = ({ db, m, insert }) => {
  const [found] = useNames({ level: "columns", db, m }, true);
  const { tags = [], fields = {} } = found.data ?? {};
  return html`<${Status} found=${found} empty=${!tags.length && !Object.keys(fields).length && "no columns"} />
    ${tags.map((tag) => html`<${Branch} key=${`t${tag}`} path=${[db, m, tag]} label=${tag} kind="tag" detail="tag" pick=${() => insert("tag", tag)}>${() => html`<${Values} db=${db} m=${m} tag=${tag} insert=${insert} />`}<//>`)}
    ${Object.entries(fields).map(([name, type]) => html`<${Leaf} key=${`f${name}`} label=${name} kind="field" detail=${type} pick=${() => insert("field", name)} />`)}`;
};

const Database = ({ db, filter, pickMeasurement, insert }) => {
  const [found] = useNames({ level: "measurements", db }, true);
  const [policies] = useNames({ level: "policies", db }, true);
  const all = found.data ?? [];
  const shown = all.filter((each) => each.toLowerCase().includes(filter.toLowerCase()));
  return html`
    ${(policies.data ?? []).map((each) => html`<${Leaf} key=${`p${each.name}`} label=${each.name} kind="policy" detail=${`${each.seconds ? `${Math.round(each.seconds / 3600)}h` : "for ever"}${each.default ? ", default" : ""}`} pick=${() => insert("policy", each.name, { db })} />`)}
    <${Status} found=${found} empty=${!all.length ? "no measurements yet" : !shown.length && "nothing matches"} />
    ${shown.slice(0, MOST).map((each) => html`<${Branch} key=${`m${each}`} path=${[db, each]} label=${each} kind="measurement" pick=${() => pickMeasurement(db, each)}>${() => html`<${Columns} db=${db} m=${each} insert=${insert} />`}<//>`)}
    ${shown.length > MOST && html`<li class="quiet">${shown.length - MOST} more: type to narrow them down</li>`}`;
};

export const Tree = ({ state, set, pickMeasurement, insert, choose, reload }) => {
  const { db, find: filter } = state;
  const [found, load] = useNames({ level: "databases" }, true);
  const box = useRef(null);
  const tree = useRef(null);
  const names = found.data ?? [];
  const users = names.filter((each) => !each.startsWith("_"));
  const current = db || (users.length ? users[0] : (names[0] ?? ""));
  useEffect(() => {
    if (!db && current) choose(current);
  }, [current]);
  useEffect(() => {
    if (reload) load();
  }, [reload]);
  useEffect(() => {
    const focus = (event) => {
      const at = event.composedPath()[0];
      if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName ?? "") && !at.isContentEditable) {
        event.preventDefault();
        box.current.focus();
      }
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  const paths = new Set(state.open ? JSON.parse(state.open) : []);
  const turn = (path) => {
    const next = new Set(paths);
    if (!next.delete(path)) next.add(path);
    set({ open: next.size ? JSON.stringify([...next]) : "" });
  };
  const first = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    tree.current.querySelector('[data-kind="measurement"]')?.click();
  };
  return html`<${Turned.Provider} value=${{ paths, turn }}><nav class="tree" aria-label="Schema">
    <div class="tree-head">
      <input ref=${box} type="search" placeholder="Find a measurement  ( / )" aria-label="Find a measurement" value=${filter} onInput=${(event) => set({ find: event.target.value })} onKeyDown=${first} />
      <button type="button" class="plain" aria-label="Load the schema again" title="Load again" onClick=${load}>↻</button>
    </div>
    <ul ref=${tree} class="roots">
      <${Status} found=${found} empty=${!names.length && "no databases yet"} />
      ${names.map((each) => html`<${Branch} key=${each} path=${[each]} label=${each} kind="database" open=${each === current} pick=${() => choose(each)}>${() => html`<${Database} key=${reload} db=${each} filter=${filter} pickMeasurement=${pickMeasurement} insert=${insert} />`}<//>`)}
    </ul>
  </nav><//>`;
};

// The state of the page is in the fragment of its URL; what a browser keeps is in localStorage.

export const DEFAULTS = {
  tab: "query",
  lang: "",
  db: "",
  rp: "",
  q: "",
  params: "",
  range: "all",
  from: "",
  to: "",
  every: "",
  tz: "utc",
  view: "chart",
  zoom: "",
  panel: "",
  find: "",
  open: "",
  hide: "",
  theme: "",
  run: "",
  lp: "",
  unit: "ns",
  filter: "",
  request: "",
};

export const readState = () => {
  const found = { ...DEFAULTS };
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    if (name in found) found[name] = value;
  }
  return found;
};

export const writeState = (state) => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (value !== DEFAULTS[name]) params.set(name, value);
  }
  const hash = params.toString();
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname);
};

export const kept = (name, fallback) => {
  try {
    return JSON.parse(localStorage.getItem(`influx-explorer.${name}`)) ?? fallback;
  } catch {
    return fallback;
  }
};

export const keep = (name, value) => {
  try {
    localStorage.setItem(`influx-explorer.${name}`, JSON.stringify(value));
  } catch {}
};

const SPANS = { "5m": 300, "15m": 900, "1h": 3600, "6h": 21600, "24h": 86400, "7d": 604800, "30d": 2592000 };
export const RANGES = ["all", ...Object.keys(SPANS), "custom"];
export const REFRESHES = { "": 0, "5s": 5, "10s": 10, "30s": 30, "1m": 60, "5m": 300 };

// The range of a query as RFC 3339 text; `now` is in ms.
export const rangeOf = (state, now) => {
  if (state.range === "custom") return { start: state.from || EARLIEST, stop: state.to || LATEST };
  const seconds = SPANS[state.range];
  if (!seconds) return { start: EARLIEST, stop: LATEST };
  return { start: new Date(now - seconds * 1000).toISOString(), stop: LATEST };
};
const EARLIEST = "1677-09-22T00:00:00Z";
const LATEST = "2262-04-11T00:00:00Z";

export const boundValue = (text) => {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
};

// Lines `name = value` as an object.
export const paramsOf = (text) =>
  Object.fromEntries(
    text
      .split("\n")
      .map((line) => line.match(/^\s*(\w+)\s*=\s*(.*?)\s*$/))
      .filter(Boolean)
      .map(([, name, value]) => [name, boundValue(value)]),
  );

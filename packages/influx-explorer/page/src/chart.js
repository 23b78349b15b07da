// The chart: uPlot with lines reduced to what the pixels can show.
import { html } from "htm/preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";
import { timeText } from "./result.js";

export const COLORS = ["#4c6ef5", "#12b886", "#f08c00", "#e64980", "#7950f2", "#1098ad", "#d6336c", "#66a80f", "#f76707", "#495057"];
const MOST_LINES = 20;

const NUMERIC = new Set(["float", "integer", "unsigned"]);
const BEGIN_TIMES = ["_time", "time"];

const timeColumn = (series) =>
  BEGIN_TIMES.map((name) => series.columns.find((column) => column.name === name && column.kind === "time")).find(Boolean) ??
  series.columns.find((column) => column.kind === "time");

const labelOf = (series, column, only) => {
  const hidden = new Set(["_start", "_stop", "_measurement", "_field"]);
  const tags = Object.entries(series.tags).filter(([key, value]) => value !== "" && !hidden.has(key));
  const field = column.name === "_value" ? (series.tags._field ?? "_value") : column.name;
  const name = only || !series.name ? field : `${series.name} ${field}`;
  return tags.length ? `${name} {${tags.map(([key, value]) => `${key}=${value}`).join(", ")}}` : name;
};

// The lines of a result: times in seconds and values, in the order of time.
export const linesOf = (result) => {
  const lines = [];
  const only = new Set(result.series.map((each) => each.name)).size <= 1;
  for (const series of result.series) {
    const times = timeColumn(series);
    if (!times || !series.length) continue;
    let seconds = null;
    for (const column of series.columns) {
      if (!NUMERIC.has(column.kind)) continue;
      seconds ??= secondsOf(times);
      lines.push({ label: labelOf(series, column, only), ...ordered(seconds, numbersOf(column)) });
    }
  }
  return lines;
};

const secondsOf = (column) => {
  const seconds = new Float64Array(column.values.length);
  for (let i = 0; i < seconds.length; i++) seconds[i] = Number(column.values[i]) / 1e9;
  return seconds;
};

const numbersOf = (column) => {
  const { values, valid } = column;
  if (column.kind === "float" && valid === null) return values;
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = valid !== null && !valid[i] ? NaN : Number(values[i]);
  return numbers;
};

const ordered = (xs, ys) => {
  let sorted = true;
  for (let i = 1; i < xs.length && sorted; i++) sorted = xs[i - 1] <= xs[i];
  if (sorted) return { xs, ys };
  const order = Array.from(xs.keys()).sort((a, b) => xs[a] - xs[b]);
  return { xs: Float64Array.from(order, (i) => xs[i]), ys: Float64Array.from(order, (i) => ys[i]) };
};

const firstAt = (xs, x) => {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
};

// The lowest and the highest point of each pixel column; everything if there are few points.
export const reduced = ({ xs, ys }, from, to, width) => {
  const start = Math.max(firstAt(xs, from) - 1, 0);
  const stop = Math.min(firstAt(xs, to) + 1, xs.length);
  const px = [];
  const py = [];
  const push = (i) => {
    if (i >= 0 && !Number.isNaN(ys[i])) {
      px.push(xs[i]);
      py.push(ys[i]);
    }
  };
  if (stop - start <= 4 * width) {
    for (let i = start; i < stop; i++) push(i);
    return [px, py];
  }
  const span = (to - from || 1) / width;
  let bucket = NaN;
  let low = -1;
  let high = -1;
  const flush = () => {
    push(Math.min(low, high));
    if (low !== high) push(Math.max(low, high));
  };
  for (let i = start; i < stop; i++) {
    if (Number.isNaN(ys[i])) continue;
    const at = Math.floor((xs[i] - from) / span);
    if (at !== bucket) {
      flush();
      bucket = at;
      low = high = i;
    } else {
      if (ys[i] < ys[low]) low = i;
      if (ys[i] > ys[high]) high = i;
    }
  }
  flush();
  return [px, py];
};

// The lines on one axis of times; a line has no value where another one has a point.
const aligned = (lines, from, to, width) => {
  const parts = lines.map((line) => reduced(line, from, to, width));
  if (parts.length === 1) return parts[0];
  return uPlot.join(parts.map((part) => [part[0], part[1]]), parts.map(() => [2]));
};

const spanOf = (lines) => [
  Math.min(...lines.map((line) => line.xs[0])),
  Math.max(...lines.map((line) => line.xs[line.xs.length - 1])),
];

// The labels of times: 24 hours, and the date where it changes.
const DAY = "\n{YYYY}-{MM}-{DD}";
const TIME_LABELS = [
  [31_536_000, "{YYYY}", null, null, null, null, null, null, 1],
  [2_419_200, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [86_400, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", DAY, null, DAY, null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", DAY, null, DAY, null, null, null, 1],
  [0.001, "{ss}.{fff}", `${DAY} {HH}:{mm}`, null, `${DAY} {HH}:{mm}`, null, "\n{HH}:{mm}", null, 1],
];

const rangeOf = (zoom, full) => {
  const [from, to] = zoom.split(",").map(Number);
  return zoom && from < to ? [from, to] : full;
};

// The last value of a line at a time or before it.
const valueBefore = ({ xs, ys }, x) => {
  let index = firstAt(xs, x);
  if (index === xs.length || xs[index] > x) index -= 1;
  return index < 0 || Number.isNaN(ys[index]) ? "" : String(ys[index]);
};

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const Chart = ({ result, tz, theme, hidden, toggle, zoom, setZoom }) => {
  const holder = useRef(null);
  const legend = useRef(null);
  const timed = useRef(null);
  const lines = useMemo(() => linesOf(result), [result]);
  const drawn = lines.slice(0, MOST_LINES);
  const visible = drawn.map((line) => ({ ...line, shown: !hidden.has(line.label) }));
  const key = visible.map((line) => (line.shown ? "1" : "0")).join("");

  useEffect(() => {
    const node = holder.current;
    const shown = visible.filter((line) => line.shown);
    if (!node || !shown.length) return undefined;
    const began = timed.current === result ? performance.now() : result.arrived;
    timed.current = result;
    const [first, last] = spanOf(shown);
    const full = first === last ? [first - 1, last + 1] : [first, last];
    const range = rangeOf(zoom, full);
    const sizeOf = () => ({ width: Math.max(node.clientWidth, 200), height: Math.max(node.clientHeight, 160) });
    const size = sizeOf();
    const axis = {
      stroke: css("--muted"),
      grid: { stroke: css("--grid"), width: 1 },
      ticks: { stroke: css("--grid"), width: 1, size: 4 },
      font: "12px system-ui, sans-serif",
    };
    const tell = (x) => {
      const show = (name, text) => {
        const place = legend.current?.querySelector(`[data-at="${name}"]`);
        if (place) place.textContent = text;
      };
      show("time", x === null ? "" : timeText(BigInt(Math.round(x * 1e6)) * 1000n, tz));
      for (const line of shown) show(visible.indexOf(line), x === null ? "" : valueBefore(line, x));
    };
    const plot = new uPlot(
      {
        ...size,
        legend: { show: false },
        cursor: { drag: { x: true, y: false }, points: { size: 6 } },
        ...(tz === "utc" ? { tzDate: (ts) => uPlot.tzDate(new Date(ts * 1e3), "Etc/UTC") } : {}),
        scales: { x: { range: () => range } },
        axes: [{ ...axis, values: TIME_LABELS }, { ...axis, size: 62 }],
        series: [
          {},
          ...shown.map((line) => ({
            label: line.label,
            stroke: COLORS[visible.indexOf(line) % COLORS.length],
            width: 1.5,
            spanGaps: true,
            points: { show: line.xs.length < 80, size: 5 },
          })),
        ],
        hooks: {
          setSelect: [
            (self) => {
              if (self.select.width < 3) return;
              const ends = [self.select.left, self.select.left + self.select.width];
              setZoom(ends.map((each) => self.posToVal(each, "x").toFixed(6)).join(","));
            },
          ],
          setCursor: [(self) => tell(self.cursor.left < 0 ? null : self.posToVal(self.cursor.left, "x"))],
        },
      },
      aligned(shown, ...range, size.width),
      node,
    );
    plot.over.addEventListener("dblclick", () => setZoom(""));
    node.dataset.points = String(shown.reduce((sum, line) => sum + line.xs.length, 0));
    requestAnimationFrame(() => setTimeout(() => { node.dataset.milliseconds = (performance.now() - began).toFixed(1); }));
    const observer = new ResizeObserver(() => plot.setSize(sizeOf()));
    observer.observe(node);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [result, tz, theme, key, zoom]);

  if (!lines.length) {
    return html`<p class="empty">This result has no numbers over time. Look at the table.</p>`;
  }
  return html`
    <div class="chart" ref=${holder} role="img" aria-label=${`Chart of ${drawn.length} series over time`}></div>
    <div class="legend" role="group" aria-label="Series" ref=${legend}>
      ${visible.map(
        (line, index) => html`<button key=${line.label} type="button" aria-pressed=${String(line.shown)} onClick=${() => toggle(line.label)}>
          <i class=${`swatch c${index % COLORS.length}`}></i><span>${line.label}</span> <b class="mono" data-at=${index}></b>
        </button>`,
      )}
      <span class="mono note" data-at="time"></span>
      ${zoom && html`<button type="button" class="back" onClick=${() => setZoom("")}>Show the whole range</button>`}
      ${lines.length > MOST_LINES && html`<span class="note">${MOST_LINES} of ${lines.length} series are drawn</span>`}
    </div>`;
};

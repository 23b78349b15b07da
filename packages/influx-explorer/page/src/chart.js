// The chart: uPlot with lines reduced to what the pixels can show.
import { html } from "htm/preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";
import { valueAt } from "./result.js";

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

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const Chart = ({ result, tz, theme, hidden, toggle }) => {
  const holder = useRef(null);
  const lines = useMemo(() => linesOf(result), [result]);
  const drawn = lines.slice(0, MOST_LINES);
  const visible = drawn.map((line) => ({ ...line, shown: !hidden.has(line.label) }));
  const key = visible.map((line) => (line.shown ? "1" : "0")).join("");

  useEffect(() => {
    const node = holder.current;
    const shown = visible.filter((line) => line.shown);
    if (!node || !shown.length) return undefined;
    const began = performance.now();
    const [first, last] = spanOf(shown);
    const full = first === last ? [first - 1, last + 1] : [first, last];
    const sizeOf = () => ({ width: Math.max(node.clientWidth, 200), height: Math.max(node.clientHeight, 160) });
    const size = sizeOf();
    const axis = {
      stroke: css("--muted"),
      grid: { stroke: css("--grid"), width: 1 },
      ticks: { stroke: css("--grid"), width: 1, size: 4 },
      font: "12px system-ui, sans-serif",
    };
    let zoomed = false;
    const plot = new uPlot(
      {
        ...size,
        legend: { show: false },
        cursor: { drag: { x: true, y: false }, points: { size: 6 } },
        ...(tz === "utc" ? { tzDate: (ts) => uPlot.tzDate(new Date(ts * 1e3), "Etc/UTC") } : {}),
        scales: { x: { range: (_, low, high) => (zoomed ? [low, high] : full) } },
        axes: [axis, { ...axis, size: 62 }],
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
              const from = self.posToVal(self.select.left, "x");
              const to = self.posToVal(self.select.left + self.select.width, "x");
              zoomed = true;
              self.setData(aligned(shown, from, to, size.width), false);
              self.setScale("x", { min: from, max: to });
            },
          ],
        },
      },
      aligned(shown, ...full, size.width),
      node,
    );
    plot.over.addEventListener("dblclick", () => {
      zoomed = false;
      plot.setData(aligned(shown, ...full, size.width));
    });
    node.dataset.points = String(shown.reduce((sum, line) => sum + line.xs.length, 0));
    requestAnimationFrame(() => {
      node.dataset.milliseconds = (performance.now() - began).toFixed(1);
    });
    const observer = new ResizeObserver(() => plot.setSize(sizeOf()));
    observer.observe(node);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [result, tz, theme, key]);

  if (!lines.length) {
    return html`<p class="empty">This result has no numbers over time. Look at the table.</p>`;
  }
  return html`
    <div class="chart" ref=${holder} role="img" aria-label=${`Chart of ${drawn.length} series over time`}></div>
    <div class="legend" role="group" aria-label="Series">
      ${visible.map(
        (line, index) => html`<button key=${line.label} type="button" aria-pressed=${String(line.shown)} onClick=${() => toggle(line.label)}>
          <i class=${`swatch c${index % COLORS.length}`}></i><span>${line.label}</span>
        </button>`,
      )}
      ${lines.length > MOST_LINES && html`<span class="note">${MOST_LINES} of ${lines.length} series are drawn</span>`}
    </div>`;
};

// The table: only the cells in view are in the document.
import { html } from "htm/preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { tableOf } from "./result.js";

const ROW = 28;
const HIGHEST = 16_000_000; // browsers cannot lay out much higher elements

const SAMPLED = 40;

// The width for the longest of the first texts and of some others.
const widthOf = (table, index) => {
  let longest = table.names[index].length;
  for (let i = 0; i < Math.min(2 * SAMPLED, table.rows); i++) {
    const row = i < SAMPLED ? i : Math.floor(((i - SAMPLED) / SAMPLED) * table.rows);
    longest = Math.max(longest, (table.cell(row, index) ?? "").length);
  }
  return Math.min(Math.max(Math.ceil(longest * 8.6) + 24, 90), 340);
};

export const Table = ({ result, tz }) => {
  const table = useMemo(() => tableOf(result.series, tz), [result, tz]);
  const holder = useRef(null);
  const [view, setView] = useState({ top: 0, left: 0, height: 600, width: 1000 });
  const widths = useMemo(() => table.names.map((_, index) => widthOf(table, index)), [table]);

  useEffect(() => {
    const node = holder.current;
    const measure = () =>
      setView({ top: node.scrollTop, left: node.scrollLeft, height: node.clientHeight, width: node.clientWidth });
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    node.addEventListener("scroll", measure, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      node.removeEventListener("scroll", measure);
    };
  }, []);

  const height = Math.min(table.rows * ROW, HIGHEST);
  const scale = table.rows * ROW > HIGHEST ? (table.rows * ROW - view.height) / (HIGHEST - view.height) : 1;
  const first = Math.max(Math.floor((view.top * scale) / ROW) - 4, 0);
  const count = Math.min(Math.ceil(view.height / ROW) + 8, table.rows - first);
  const top = scale === 1 ? first * ROW : view.top - (view.top * scale - first * ROW);

  const columns = [];
  let x = 0;
  widths.forEach((width, index) => {
    if (x + width > view.left - 200 && x < view.left + view.width + 200) columns.push({ index, x, width });
    x += width;
  });
  const place = ({ x: left, width }) => ({ left: `${left}px`, width: `${width}px` });

  return html`<div class="grid" ref=${holder} role="table" tabindex="0" aria-label="Result" aria-rowcount=${table.rows + 1} aria-colcount=${table.names.length}>
    <div class="grid-head" role="row" aria-rowindex="1" style=${{ width: `${x}px` }}>
      ${columns.map(
        (column) => html`<span key=${column.index} role="columnheader" aria-colindex=${column.index + 1} class=${table.kind(column.index)} style=${place(column)}>${table.names[column.index]}</span>`,
      )}
    </div>
    <div class="grid-body" role="rowgroup" style=${{ height: `${height}px`, width: `${x}px` }}>
      ${Array.from({ length: Math.max(count, 0) }, (_, i) => {
        const row = first + i;
        return html`<div key=${row} role="row" aria-rowindex=${row + 2} class="grid-row" style=${{ top: `${top + i * ROW}px` }}>
          ${columns.map((column) => {
            const text = table.cell(row, column.index);
            return html`<span key=${column.index} role="cell" aria-colindex=${column.index + 1} class=${text === null ? "missing" : table.kind(column.index)} style=${place(column)} title=${text ?? ""}>${text ?? "–"}</span>`;
          })}
        </div>`;
      })}
    </div>
  </div>`;
};

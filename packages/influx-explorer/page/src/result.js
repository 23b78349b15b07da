// Reads the frames of a result: columns as typed arrays, so that nothing is parsed row by row.

const decoder = new TextDecoder();
const ARRAYS = { float: Float64Array, integer: BigInt64Array, unsigned: BigUint64Array, time: BigInt64Array };

const frames = function* (buffer) {
  const view = new DataView(buffer);
  let at = 0;
  while (at + 8 <= buffer.byteLength) {
    const header = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    const start = at + 8 + header;
    yield [JSON.parse(decoder.decode(new Uint8Array(buffer, at + 8, header))), start];
    at = start + size;
  }
};

const columnOf = (buffer, start, length, described) => {
  const { name, kind } = described;
  if (!(kind in ARRAYS)) return { name, kind, values: described.values, valid: null };
  return {
    name,
    kind,
    values: new ARRAYS[kind](buffer, start + described.at, length),
    valid: described.valid === undefined ? null : new Uint8Array(buffer, start + described.valid, length),
  };
};

const keyOf = (header) => JSON.stringify([header.name, Object.entries(header.tags)]);

// Pieces of one series follow each other; they stay apart in memory and look like one.
export const readResult = (buffer) => {
  const series = [];
  let end = { rows: 0, truncated: false, seconds: 0, error: "the response was cut", error_type: "" };
  let open = null;
  for (const [header, start] of frames(buffer)) {
    if (header.end) {
      end = header;
      continue;
    }
    const key = keyOf(header);
    const columns = header.columns.map((each) => columnOf(buffer, start, header.length, each));
    if (open === null || open.key !== key) {
      open = { key, name: header.name, tags: header.tags, length: 0, pieces: [], columns: [] };
      series.push(open);
    }
    open.pieces.push({ at: open.length, length: header.length, columns });
    open.length += header.length;
    if (!header.partial) open = { key: null, ...{ pieces: null } };
  }
  for (const each of series) each.columns = joined(each);
  return { series, ...end };
};

const joined = ({ pieces, length }) => {
  if (pieces.length === 1) return pieces[0].columns;
  const width = Math.max(...pieces.map((piece) => piece.columns.length));
  return Array.from({ length: width }, (_, index) => joinColumn(pieces, index, length));
};

const joinColumn = (pieces, index, length) => {
  const parts = pieces.map((piece) => piece.columns[index]);
  const kinds = new Set(parts.filter((part) => part && part.kind !== "null").map((part) => part.kind));
  const { name } = parts.find(Boolean);
  const kind = kinds.size === 1 ? [...kinds][0] : kinds.size ? "object" : "null";
  if (!(kind in ARRAYS)) {
    const values = new Array(length).fill(null);
    pieces.forEach((piece, i) => {
      for (let row = 0; row < piece.length; row++) values[piece.at + row] = parts[i] ? valueAt(parts[i], row) : null;
    });
    return { name, kind, values, valid: null };
  }
  const values = new ARRAYS[kind](length);
  const valid = new Uint8Array(length).fill(1);
  let complete = true;
  pieces.forEach((piece, i) => {
    const part = parts[i];
    if (!part || part.kind === "null") {
      valid.fill(0, piece.at, piece.at + piece.length);
      complete = false;
      return;
    }
    values.set(part.values, piece.at);
    if (part.valid) {
      valid.set(part.valid, piece.at);
      complete = false;
    }
  });
  return { name, kind, values, valid: complete ? null : valid };
};

export const valueAt = (column, row) =>
  column.kind === "null" || (column.valid !== null && !column.valid[row]) ? null : (column.values[row] ?? null);

const pad = (number, width = 2) => String(number).padStart(width, "0");

// A time in ns as RFC 3339 text with all its digits.
export const timeText = (ns, tz) => {
  const below = ((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const date = new Date(Number((ns - below) / 1_000_000n));
  const digits = below === 0n ? "" : `.${pad(below, 9).replace(/0+$/, "")}`;
  if (tz === "utc") return date.toISOString().replace(/\.000Z$/, `${digits}Z`);
  const minutes = -date.getTimezoneOffset();
  const sign = minutes < 0 ? "-" : "+";
  const zone = `${sign}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
  const day = `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}${digits}${zone}`;
};

export const cellText = (column, row, tz) => {
  const value = valueAt(column, row);
  if (value === null) return null;
  return column.kind === "time" ? timeText(value, tz) : String(value);
};

// One table of all series: their tags and columns side by side.
export const tableOf = (series, tz) => {
  const tags = [...new Set(series.flatMap((each) => Object.keys(each.tags)))];
  const columns = [...new Set(series.flatMap((each) => each.columns.map((column) => column.name)))];
  const named = new Set(series.map((each) => each.name)).size > 1;
  const starts = [];
  let rows = 0;
  for (const each of series) {
    starts.push(rows);
    rows += each.length;
  }
  const places = series.map((each) => new Map(each.columns.map((column) => [column.name, column])));
  const shownTags = tags.filter((tag) => !columns.includes(tag));
  const names = [...(named ? ["series"] : []), ...shownTags, ...columns];
  const seriesAt = (row) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const cell = (row, index) => {
    const at = seriesAt(row);
    const name = names[index];
    if (named && index === 0) return series[at].name;
    if (index < names.length - columns.length) return series[at].tags[name] ?? null;
    const column = places[at].get(name);
    return column ? cellText(column, row - starts[at], tz) : null;
  };
  const kinds = new Map(series.flatMap((each) => each.columns.map((column) => [column.name, column.kind])));
  return { names, rows, cell, kind: (index) => kinds.get(names[index]) ?? "string" };
};

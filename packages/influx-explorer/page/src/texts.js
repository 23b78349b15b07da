// Names and values as texts of a language, the query for a measurement, and counts in English.

export const counted = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

const BARE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const quoted = (text, quote) =>
  quote + text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`).replaceAll("\n", "\\n") + quote;
const sql = (text, quote) => quote + text.replaceAll(quote, quote + quote) + quote;

export const nameIn = (lang, name) => (lang === "sql" ? sql(name, '"') : quoted(name, '"'));
export const valueIn = (lang, value) =>
  lang === "flux" ? quoted(value, '"').replaceAll("${", "\\${") : lang === "sql" ? sql(value, "'") : quoted(value, "'");

export const insertion = (lang, kind, name, { tag, db } = {}) => {
  if (kind === "policy") return `${nameIn(lang, db)}.${nameIn(lang, name)}.`;
  if (lang === "flux") {
    if (kind === "value") return `r[${valueIn(lang, tag)}] == ${valueIn(lang, name)}`;
    return kind === "field" ? `r._field == ${valueIn(lang, name)}` : `r[${valueIn(lang, name)}]`;
  }
  if (kind === "value") return `${nameIn(lang, tag)} = ${valueIn(lang, name)}`;
  return BARE.test(name) && lang !== "sql" ? name : nameIn(lang, name);
};

export const measurementQuery = (lang, db, name) => {
  if (lang === "flux") {
    return `from(bucket: ${valueIn(lang, db)})
    |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
    |> filter(fn: (r) => r._measurement == ${valueIn(lang, name)})`;
  }
  if (lang === "sql") {
    return `SELECT *\nFROM ${nameIn(lang, name)}\nWHERE time >= $start AND time < $stop\nORDER BY time`;
  }
  return `SELECT *::field\nFROM ${nameIn(lang, name)}\nWHERE time >= $start AND time < $stop\nGROUP BY *`;
};

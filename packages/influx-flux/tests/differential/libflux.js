// Answers questions about Flux texts with libflux itself: a JSON document a line in, one out.
//
//   {"op": "parse" | "format" | "valid", "text": "..."}  ->  {"ok": value} or {"error": message}
//   {"op": "format_tree", "tree": {...}}                 ->  the text of a syntax tree
//
// The one argument is the directory of the unpacked package @influxdata/flux-lsp-node.
const path = require('path')
const readline = require('readline')
const flux = require(path.join(process.argv[2], 'flux-lsp-node.js'))

function plain(value) {
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, plain(v)]))
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'bigint') return Number(value)
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
  }
  return value === undefined ? null : value
}

const operations = {
  parse: ({ text }) => plain(flux.parse(text)),
  format: ({ text }) => new flux.Flux(text).format(),
  format_tree: ({ tree }) => flux.format_from_js_file(tree),
  valid: ({ text }) => flux.is_valid_flux(text),
}

function answer(line) {
  const question = JSON.parse(line)
  try {
    return { ok: operations[question.op](question) }
  } catch (error) {
    return { error: String(error && error.message ? error.message : error) }
  }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(JSON.stringify(answer(line)) + '\n')
})

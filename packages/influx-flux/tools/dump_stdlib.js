// Prints the types of everything in the Flux standard library, as libflux knows them:
// {"package path": {"name": "type"}}; the package "" is universe, whose names need no import.
//
//   node dump_stdlib.js DIRECTORY      the unpacked npm package @influxdata/flux-lsp-node
const path = require('path')
const flux = require(path.join(process.argv[2], 'flux-lsp-node.js'))

const server = new flux.Lsp()
let messages = 0
let documents = 0

async function request(method, params) {
  const text = JSON.stringify({ jsonrpc: '2.0', id: ++messages, method, params })
  return JSON.parse(await server.send(text)).result
}

function notify(method, params) {
  return server.send(JSON.stringify({ jsonrpc: '2.0', method, params }))
}

// Each question gets a document in a folder of its own: those of one folder are one package.
async function ask(method, text, line, character) {
  const uri = `file:///${++documents}/main.flux`
  const document = { uri, languageId: 'flux', version: 1, text }
  await notify('textDocument/didOpen', { textDocument: document })
  const position = { line, character }
  const context = { triggerKind: 1 }
  const answer = await request(method, { textDocument: { uri }, position, context })
  await notify('textDocument/didClose', { textDocument: { uri } })
  return answer
}

async function completions(text, line) {
  const last = text.split('\n')[line]
  const answer = await ask('textDocument/completion', text, line, last.length)
  return answer ? answer.items || answer : []
}

async function typeOf(before, expression) {
  const text = `${before}x = ${expression}`
  const line = text.split('\n').length - 1
  const answer = await ask('textDocument/hover', text, line, `x = ${expression}`.length - 1)
  return answer ? answer.contents : null
}

// The names of a record type: those at the first level of its braces.
function labels(record) {
  const found = []
  let depth = 0
  let start = 0
  for (let at = 0; at < record.length; at++) {
    const character = record[at]
    if ('([{'.includes(character)) depth++
    if (depth === 1 && '{,'.includes(character)) start = at + 1
    if (depth === 1 && character === ':') found.push(record.slice(start, at).trim())
    if (')]}'.includes(character)) depth--
  }
  return found
}

// Completion leaves out the options of a package; the type of the package has them.
async function members(paths) {
  const library = {}
  for (const item of paths) {
    const name = item.split('/').pop()
    const before = `import "${item}"\n`
    library[item] = {}
    for (const member of labels((await typeOf(before, name)) || '{}')) {
      library[item][member] = await typeOf(before, `${name}.${member}`)
    }
  }
  return library
}

async function universe() {
  const found = {}
  for (const letter of 'abcdefghijklmnopqrstuvwxyz_') {
    for (const { label, kind } of await completions(letter, 0)) {
      const name = label.split(' ')[0]
      if (kind !== 9 && !(name in found)) found[name] = await typeOf('', name)
    }
  }
  return found
}

async function main() {
  server.onMessage(() => {})
  server.run()
  await request('initialize', { capabilities: {} })
  await notify('initialized', {})
  const imports = await completions('import "', 0)
  const paths = imports.map(({ label }) => label.replaceAll('"', '')).sort()
  const library = { '': await universe(), ...(await members(paths)) }
  process.stdout.write(JSON.stringify(library))
  process.exit(0)
}

main()

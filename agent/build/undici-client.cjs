// Stands in for `undici` in the one-file build: its Pool with `request`, as undici's own index.js puts them together.

// Its parser is WebAssembly, which V8 makes fast after the first few answers: a tenth of a second of the processor at
// each start, for an agent that reads one answer a minute. It is quick enough as it comes.
require('node:v8').setFlagsFromString('--wasm-tiering-budget=1000000000')

const Dispatcher = require('undici/lib/dispatcher/dispatcher')
const Pool = require('undici/lib/dispatcher/pool')

Dispatcher.prototype.request = require('undici/lib/api/api-request')

module.exports = { Pool }

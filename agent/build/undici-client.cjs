// Stands in for `undici` in the one-file build: its Pool with `request`, as undici's own index.js puts them together.
const Dispatcher = require('undici/lib/dispatcher/dispatcher')
const Pool = require('undici/lib/dispatcher/pool')

Dispatcher.prototype.request = require('undici/lib/api/api-request')

module.exports = { Pool }

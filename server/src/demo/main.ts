import { parseArgs } from 'node:util'
import closeWithGrace from 'close-with-grace'
import { endWithParent } from '../end-with-parent.ts'
import { loadConfigOrExit } from '../load-config-or-exit.ts'
import { runDemo } from './run-demo.ts'

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})
if (values.help) {
  process.stdout.write(
    'npx -y pnpm@10 demo [--once]\n\nPlays a sample evening through the whole pipeline: a watched folder, the agent, HTTPS-ready ingest API, database,\nreport. Nothing to configure; an embedded database. Stays up until Ctrl-C; --once ends after the report.\n',
  )
  process.exit(0)
}

const stopping = new AbortController()
const demo = runDemo({
  config: loadConfigOrExit(process.env),
  print: line => process.stdout.write(`${line}\n`),
  stayUp: !values.once,
  signal: stopping.signal,
})
const { close } = closeWithGrace({ delay: 10_000, logger: false }, async ({ err }) => {
  if (err) process.stderr.write(`${err.stack ?? err.message}\n`)
  stopping.abort()
  await demo.catch(() => undefined)
})
endWithParent(() => void close())

try {
  await demo
  process.exit(0)
} catch (error) {
  process.stderr.write(
    `The demo did not come through: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exit(1)
}

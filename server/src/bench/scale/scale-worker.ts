import { pino } from 'pino'
import { loadConfig } from '../../config.ts'
import { startServer } from '../../start-server.ts'
import { measureCase } from './measure-case.ts'
import type { ScaleCase } from './scale-cases.ts'

/** A server that has just started, for one case: `scale-worker <database URL> <case as JSON> <options as JSON>`. */
const [databaseUrl = '', asked = '', options = ''] = process.argv.slice(2)
const server = await startServer({
  config: { ...loadConfig({}), databaseUrl, port: 0 },
  log: pino({ level: 'silent' }),
})
const timings = await measureCase(server, JSON.parse(asked) as ScaleCase, JSON.parse(options))
process.send?.(timings)
await server.close()
process.disconnect()

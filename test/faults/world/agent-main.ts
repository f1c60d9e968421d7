import { loadConfig, startAgent } from '@debrief/agent'
import { pino } from 'pino'

/** An agent of these settings until it is killed; after a failure it waits for a twentieth of what it does in earnest. */
const log = pino({ level: process.env.LOG_LEVEL ?? 'fatal' }, pino.destination({ dest: 2, sync: true }))
startAgent(loadConfig(process.env), {
  log,
  random: () => 0.05,
  httpTimeouts: { connectMs: 2_000, silenceMs: 3_000, totalMs: 8_000 },
})
// Orphans end with the test.
process.stdin.resume().once('end', () => process.exit())

import { loadConfig, startAgent } from '@debrief/agent'
import { pino } from 'pino'
import { systemClock } from '../../../agent/src/clock.ts'

/** Its time goes so much faster than ours: it is told to come again in ten seconds, and a run has a thousand faults. */
const HURRY = 10

/** An agent of these settings until it is killed. What it says stands in AGENT_LOG, for when a file gets lost. */
const log = pino({ level: 'info' }, pino.destination({ dest: process.env.AGENT_LOG ?? 2, sync: true }))
startAgent(loadConfig(process.env), {
  log,
  clock: {
    now: () => systemClock.now() * HURRY,
    wall: systemClock.wall,
    sleep: (ms, signal) => systemClock.sleep(ms / HURRY, signal),
  },
  httpTimeouts: { connectMs: 2_000, silenceMs: 3_000, totalMs: 8_000 },
})
// Orphans end with the test.
process.stdin.resume().once('end', () => process.exit())

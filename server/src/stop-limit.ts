import type { Config } from './config.ts'

const SHORTEST_MS = 10_000
/** What is under way when the port closes is given up to five seconds; see docs/operations.md. */
const AFTER_DRAINING_MS = 6_000

/** After this long in milliseconds a server that was told to stop ends as it is. */
export function stopLimit({ drainSeconds }: Pick<Config, 'drainSeconds'>): number {
  return Math.max(SHORTEST_MS, drainSeconds * 1000 + AFTER_DRAINING_MS)
}

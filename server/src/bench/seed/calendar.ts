import type { Random } from './random.ts'

/** When and where an evening begins, and how many maps it has. */
export interface PlannedEvening {
  server: number
  /** The wall clock of the game host, as milliseconds that know of no zone. */
  startMs: number
  maps: number
}

/** All in Europe: no zone there changes its clock before an evening is over. */
export const SERVERS = [
  { name: 'seed-paris', timezone: 'Europe/Paris' },
  { name: 'seed-london', timezone: 'Europe/London' },
  { name: 'seed-warsaw', timezone: 'Europe/Warsaw' },
  { name: 'seed-berlin', timezone: 'Europe/Berlin' },
  { name: 'seed-helsinki', timezone: 'Europe/Helsinki' },
  { name: 'seed-lisbon', timezone: 'Europe/Lisbon' },
] as const

const DAY_MS = 86_400_000
/** Of one game server: 100 000 rounds are five years. */
const DAYS_APART = 2.2
const EVENING_BEGINS_MS = 19 * 3_600_000

/** Evenings with `rounds` rounds or a few more, the oldest first; the newest are of the day before `until`. */
export function planEvenings(random: Random, rounds: number, until: Date): PlannedEvening[] {
  const midnight = Math.floor(until.getTime() / DAY_MS) * DAY_MS
  const evenings: PlannedEvening[] = []
  for (let planned = 0; planned < rounds; ) {
    const index = evenings.length
    const daysBack = 1 + Math.floor(Math.floor(index / SERVERS.length) * DAYS_APART)
    const maps = random.int(8, 12)
    evenings.push({
      server: index % SERVERS.length,
      startMs: midnight - daysBack * DAY_MS + EVENING_BEGINS_MS + random.int(0, 5400) * 1000,
      maps,
    })
    planned += 2 * maps
  }
  return evenings.sort((a, b) => a.startMs - b.startMs)
}

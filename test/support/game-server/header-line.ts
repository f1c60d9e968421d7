import type { Outcome } from './night-file.ts'
import type { Script } from './scripts.ts'

export interface HeaderFacts {
  map: string
  round: 1 | 2
  ending: Outcome
  isQuickExit: boolean
  /** Seconds: the map's limit, or the time to beat. */
  limit: number
  lastsMs: number
  /** Value 8 as measured: a little shorter than the level's clock. */
  shorterMs: number
}

/** What a script prints where the level had ended before it asked. */
const NONSENSE_SECONDS = 4265

/** Line 1. The defenders are Axis; a file that is broken off says round 2 and names a winner at random. */
export function headerLine(facts: HeaderFacts, script: Script): string {
  const { map, round, ending, limit, lastsMs, shorterMs } = facts
  const isBrokenOff = ending === 'broken_off'
  const winner = isBrokenOff ? 1 + (lastsMs % 2) : ending === 'completed' ? 2 : 1
  const values = [
    ...['^3The^7Server', map, 'legacy3', isBrokenOff ? 2 : round, 1, winner],
    ...[clock(limit), clock(nextLimit(facts, script))],
  ]
  if (script.headerValues === 9) values.push(isBrokenOff ? -lastsMs : lastsMs - shorterMs)
  return values.join('\\')
}

function nextLimit({ round, ending, isQuickExit, limit, lastsMs }: HeaderFacts, script: Script): number {
  if (ending === 'broken_off' || isQuickExit) return NONSENSE_SECONDS
  if (ending === 'completed') return Math.floor(lastsMs / 1000)
  return round === 2 && script.forgetsHeldTarget ? 0 : limit
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

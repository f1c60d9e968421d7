import type { CountsOn } from '../db/tables.ts'
import { clock } from './forms.ts'

/** What a round's file counts on from, with the evidence. Times in seconds. */
export interface CountsOnReport {
  kind: CountsOn['kind']
  /** The round whose counters go on; null: began anew, or it is no round of its own any more. */
  round: { roundId: number; map: string; roundNumber: 1 | 2 } | null
  /** Players whose lines show it, and how many could. */
  players: number
  of: number
  baseSeconds: number | null
  ownSeconds: number | null
  /** What the line of somebody who was there throughout states: both together. */
  statedSeconds: number | null
  /** `counts on from round 41 (all 6 players; 5:00 + 4:10 = 9:10)`, or `began anew`. */
  text: string
}

export function countsOnReport(countsOn: CountsOn, round: CountsOnReport['round']): CountsOnReport {
  const { kind, players, of, base_seconds, own_seconds, stated_seconds } = countsOn
  return {
    kind,
    round: kind === 'counts_on' ? round : null,
    players,
    of,
    baseSeconds: base_seconds,
    ownSeconds: own_seconds,
    statedSeconds: stated_seconds,
    text: kind === 'began_anew' ? 'began anew' : `counts on from ${nameOf(round)}${evidence(countsOn)}`,
  }
}

function nameOf(round: CountsOnReport['round']): string {
  return round ? `round ${round.roundId}` : 'an earlier file'
}

function evidence({ players, of, base_seconds, own_seconds, stated_seconds }: CountsOn): string {
  const who = of === 0 ? [] : [players === of ? `all ${of} players` : `${players} of ${of} players`]
  const parts = [...who, ...times(base_seconds, own_seconds, stated_seconds)]
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`
}

/** The sum is of the seconds that are shown. What the lines state is told only where it is another time. */
function times(base: number | null, own: number | null, stated: number | null): string[] {
  if (base === null || own === null) return []
  const sum = Math.round(base) + Math.round(own)
  const differs = stated !== null && Math.abs(stated - sum) > STEP_SECONDS ? `, stated ${clock(stated)}` : ''
  return [`${clock(base)} + ${clock(own)} = ${clock(sum)}${differs}`]
}

/** A line states minutes with one decimal, and the parts are rounded. */
const STEP_SECONDS = 7

import { clock } from './forms.ts'
import type { RoundReport } from './round-report.ts'

export const SIDE_NAMES = { axis: 'Axis', allies: 'Allies' } as const

type Facts = Pick<RoundReport, 'status' | 'outcome' | 'defender' | 'winner' | 'durationSeconds'>

/** How a round ended, in words: `Allies attacked and won in 5:48`, `Allies gave up after 9:54, Axis held`. */
export function roundResult({ status, outcome, defender, winner, durationSeconds }: Facts): string {
  const after = durationSeconds === null ? '' : ` after ${clock(durationSeconds)}`
  const time = durationSeconds === null ? '' : ` in ${clock(durationSeconds)}`
  if (status === 'aborted') return `broken off${after}`
  if (winner === null) return 'no winner is known'
  if (winner === 'draw') return `no winner${time}`
  if (defender === null) return `${SIDE_NAMES[winner]} won${time}`
  const loser = winner === 'axis' ? SIDE_NAMES.allies : SIDE_NAMES.axis
  if (outcome === 'surrendered') {
    const won = winner === defender ? 'held' : 'won the attack'
    return `${loser} gave up${after}, ${SIDE_NAMES[winner]} ${won}`
  }
  return winner === defender ? `${SIDE_NAMES[winner]} held` : `${SIDE_NAMES[winner]} attacked and won${time}`
}

import type { RoundStatus } from '@debrief/shared'
import type { Outcome } from '../db/tables.ts'
import type { Header } from '../parse/header.ts'
import { headerLength, victory } from './header-length.ts'
import { isWholeOf, type Span } from './time-on-team.ts'

export interface RoundLength {
  /** Null: nothing in the file tells. */
  outcome: Outcome | null
  /** To the second where header and players agree, else as the players tell it; null: neither does. */
  seconds: number | null
}

/** Seconds. The play time is 0.7 s short of the level's clock, and limits are cut to the second. */
const LIMIT_SLACK = 4

/**
 * How long a round lasted and how it ended. `players`: how long those were on a team in this round who were there
 * throughout. The header's next limit is an attack's time only where the players' time agrees with it.
 */
export function roundLength(header: Header, status: RoundStatus, players: Span | null): RoundLength {
  if (status === 'aborted') return { outcome: 'broken_off', seconds: players?.seconds ?? null }
  const { exact, longest } = headerLength(header)
  const winner = victory(header)
  if (header.durationMs !== null) {
    const isFull = longest + LIMIT_SLACK >= header.timeLimit
    return { outcome: OUTCOMES[winner](isFull), seconds: exact }
  }
  if (players === null) return { outcome: winner === 'attackers' ? 'completed' : null, seconds: null }
  const isWhole = isWholeOf(players, exact ?? header.timeLimit)
  if (winner === 'attackers') {
    // They won without reaching the end: the other side gave up.
    const hasGivenUp = exact === header.timeLimit && !isWhole
    return {
      outcome: hasGivenUp ? 'surrendered' : 'completed',
      seconds: isWhole && exact !== null ? exact : players.seconds,
    }
  }
  return { outcome: OUTCOMES[winner](isWhole), seconds: isWhole ? header.timeLimit : players.seconds }
}

/** What a round that lasted to its limit, or less, means for each winner. */
const OUTCOMES = {
  attackers: () => 'completed',
  defenders: isFull => (isFull ? 'held' : 'surrendered'),
  nobody: isFull => (isFull ? 'held' : null),
} as const satisfies Record<string, (isFull: boolean) => Outcome | null>

import type { Header } from '../parse/header.ts'

/** What a header alone says of how long its round was, in seconds. */
export interface HeaderLength {
  /** The round lasted just this long, if nobody gave up: null where the header does not tell. */
  exact: number | null
  /** It cannot have lasted longer. */
  longest: number
}

/**
 * The measured play time; else, of a round that the attackers won, their time; of one that they lost, the limit (less
 * where they gave up). A round that was broken off lasted for less than its limit.
 */
export function headerLength(header: Header): HeaderLength {
  const { timeLimit, nextTimeLimit, durationMs } = header
  if (durationMs !== null) return { exact: durationMs / 1000, longest: durationMs / 1000 }
  if (header.aborted) return { exact: null, longest: timeLimit }
  switch (victory(header)) {
    case 'attackers':
      return { exact: nextTimeLimit, longest: nextTimeLimit ?? timeLimit }
    case 'defenders':
      return { exact: timeLimit, longest: timeLimit }
    case 'nobody':
      return { exact: null, longest: timeLimit }
  }
}

/** Whether a round's length stands in its header; else it was read off the players' lines. */
export function isStated(header: Header, seconds: number): boolean {
  return header.durationMs !== null || seconds === headerLength(header).exact || seconds === header.timeLimit
}

export function victory({ winnerTeam, defenderTeam }: Header): 'attackers' | 'defenders' | 'nobody' {
  if (winnerTeam === 0 || defenderTeam === null) return 'nobody'
  return winnerTeam === defenderTeam ? 'defenders' : 'attackers'
}

import { V } from '../parse/columns.ts'
import type { PlayerLine } from '../parse/player-line.ts'
import type { RoundFile } from '../parse/round-file.ts'
import { SYRINGE } from '../parse/weapons.ts'
import { headerLength } from './header-length.ts'
import { keptForPairs } from './kept-for-pairs.ts'
import { matchLines } from './match-lines.ts'
import { mayCountOn } from './may-count-on.ts'
import { fitsInto, isWholeOf, type Span, timeOnTeam, timeSince } from './time-on-team.ts'

/**
 * Where a file's counters began:
 * - `counts_on`: they go on from those of the file before it.
 * - `began_anew`: they hold this round alone.
 * - `unresolved`: they hold more than this round, and nothing that is here explains it.
 */
export interface Reading {
  kind: 'counts_on' | 'began_anew' | 'unresolved'
  /** Players whose lines show it, and how many could. */
  players: number
  of: number
  /** How long this round was by the lines of those who were longest there; null: they do not tell. */
  longest: Span | null
  /** By its time alone the file can hold this round alone. */
  rank: 0 | 1 | 2
}

/** How well one way to read a file agrees with what its header says of the round's length. */
interface Fit {
  /** 2: to the second. 1: it can be. 0: it cannot. */
  rank: 0 | 1 | 2
  players: number
  of: number
  longest: Span | null
}

/**
 * THE RULE. A file counts on from the file before it if its players' counters hold that file's, and the time that is
 * left is the round's. It began anew if its players' time is the round's by itself. Where both can be, what fits to the
 * second wins; then the revives, which the script counts anew and the engine counts on; then a round 2 counts on, and
 * any other file only if every one of its players says so.
 *
 * `before` is the newest file before it that shares a player with it; null: there is none. No rule by version or kind of
 * script: the engine's versions have moved the moment of the reset several times (etlegacy #1740, #2485, #3028).
 */
export function readCounters(file: RoundFile, before: RoundFile | null): Reading {
  return kept(file, before ?? NOTHING)
}

const NOTHING = {}
const kept = keptForPairs((file: RoundFile, before: RoundFile | typeof NOTHING) =>
  read(file, before === NOTHING ? null : (before as RoundFile)),
)

function read(file: RoundFile, before: RoundFile | null): Reading {
  const anew = fitAnew(file)
  if (file.players.every(line => line.rounds === 0)) return { ...anew, kind: 'began_anew' }
  const on = before ? fitOn(file, before) : IMPOSSIBLE
  if (on.rank > anew.rank) return { ...on, kind: 'counts_on' }
  if (on.rank === 0)
    return { ...anew, kind: isSeenToBeginAnew(file, before, anew) ? 'began_anew' : 'unresolved' }
  if (on.rank < anew.rank) return { ...anew, kind: 'began_anew' }
  return before && saysCountedOn(file, before, on)
    ? { ...on, kind: 'counts_on' }
    : { ...anew, kind: 'began_anew' }
}

/**
 * Nothing explains it but itself. A round 1 usually begins anew; a round 2, and whatever was broken off in mid-round,
 * usually does not: there the time must show it, or the file before an attempt must speak against it.
 */
function isSeenToBeginAnew(file: RoundFile, before: RoundFile | null, anew: Fit): boolean {
  if (isAttempt(file)) return anew.rank === 2 || (anew.rank === 1 && before !== null)
  return anew.rank === 2 || (anew.rank === 1 && file.header.roundNumber === 1)
}

const IMPOSSIBLE: Fit = { rank: 0, players: 0, of: 0, longest: null }

/** Broken off in mid-round, as the header says it or lets one suspect. */
export function isAttempt({ header }: RoundFile): boolean {
  if (header.aborted) return true
  return header.roundNumber === 2 && header.nextIsNonsense && header.durationMs === null
}

function saysCountedOn(file: RoundFile, before: RoundFile, on: Fit): boolean {
  const revives = revivesSay(file, before)
  if (revives !== null) return revives === 'counts_on'
  return (file.header.roundNumber === 2 && !isAttempt(file)) || on.players === on.of
}

function fitAnew({ header, players }: RoundFile): Fit {
  return fit(
    headerLength(header),
    players.map(line => timeOnTeam(line)),
  )
}

/** Of the players whom the engine says to have carried on (their count of rounds grew): anybody else says nothing. */
function fitOn(file: RoundFile, before: RoundFile): Fit {
  const pairs = [...matchLines(file.players, before.players)].filter(
    ([line, other]) => line.rounds > other.rounds,
  )
  if (pairs.length === 0) return IMPOSSIBLE
  const carried = pairs.filter(([line, other]) => mayCountOn(line, other))
  const own = fit(
    headerLength(file.header),
    carried.map(([line, other]) => timeSince(line, other)),
  )
  const isMajority = own.players * 2 > pairs.length
  const others = file.players.filter(line => !carried.some(([each]) => each === line))
  return {
    ...own,
    longest: longestWith(own.longest, others),
    of: pairs.length,
    rank: isMajority ? own.rank : 0,
  }
}

/** Who began anew in a round that others carried into was there no longer than it lasted; his line tells it better. */
function longestWith(longest: Span | null, others: readonly PlayerLine[]): Span | null {
  if (longest === null) return null
  const longer = others
    .map(line => timeOnTeam(line))
    .filter(
      span =>
        span !== null &&
        span.seconds > longest.seconds &&
        span.seconds <= longest.seconds + longest.tolerance,
    )
  return longer.reduce((max, span) => (max && span && span.seconds > max.seconds ? span : max), longest)
}

/** Most of the lines must be possible; the longest of those is the round's length as the players tell it. */
function fit({ exact, longest }: ReturnType<typeof headerLength>, spans: readonly (Span | null)[]): Fit {
  const known = spans.filter(span => span !== null)
  if (known.length === 0) return { rank: 1, players: spans.length, of: spans.length, longest: null }
  const possible = known.filter(span => fitsInto(span, longest))
  const silent = spans.length - known.length
  const whole = possible.reduce<Span | null>(
    (max, span) => (max && max.seconds >= span.seconds ? max : span),
    null,
  )
  const isMajority = possible.length * 2 > known.length
  const isExact = whole !== null && exact !== null && isWholeOf(whole, exact)
  return {
    rank: !isMajority ? 0 : isExact ? 2 : 1,
    players: possible.length + silent,
    of: spans.length,
    longest: whole,
  }
}

/**
 * The engine's hits of the syringe count on, the script's revives given begin anew. Whoever revived before and was there
 * throughout shows it: his hits are the revives alone, or those and the hits of before. Null: nobody shows it, or the
 * script does not write revives.
 */
function revivesSay(file: RoundFile, before: RoundFile): 'counts_on' | 'began_anew' | null {
  const votes = new Set<'counts_on' | 'began_anew'>()
  for (const [line, earlier] of matchLines(file.players, before.players)) {
    const [hits, hitsBefore] = [syringeHits(line), syringeHits(earlier)]
    const given = line.values[V.revivesGiven] ?? null
    if (line.rounds <= earlier.rounds || hitsBefore === 0 || given === null) continue
    if (hits === given) votes.add('began_anew')
    if (hits === given + hitsBefore) votes.add('counts_on')
  }
  const [vote, other] = votes
  return vote && !other ? vote : null
}

function syringeHits(line: PlayerLine): number {
  return line.weapons.get(SYRINGE)?.hits ?? 0
}

import { V } from '../parse/columns.ts'
import type { PlayerLine } from '../parse/player-line.ts'
import { variantFacts } from '../parse/variants.ts'
import { isWholeOf, type Span, timeOnTeam, timeSince } from './time-on-team.ts'

export interface PlayerTimes {
  time_played_seconds: number | null
  time_played_minutes: number | null
  /** Percent of the time on a team that the player was alive. */
  time_played_percent: number | null
  /** Percent of the time on a team that the player was dead. */
  time_dead_ratio: number | null
  time_dead_minutes: number | null
}

/** The line that is subtracted, and what somebody who was there throughout had on a team at the end of its file. */
export interface EarlierLine {
  line: PlayerLine
  wholeSeconds: number | null
}

/** The length of a round, and how it is known: stated in the header, or read off lines that carried, or began anew. */
export interface WholeRound {
  seconds: number | null
  known: 'stated' | 'by_difference' | 'by_reading'
}

/** Times of this round alone. */
export function deriveTimes(line: PlayerLine, earlier: EarlierLine | null, round: WholeRound): PlayerTimes {
  const span = earlier ? timeSince(line, earlier.line) : timeOnTeam(line)
  if (span === null)
    return { ...sharesAlone(line, earlier), time_played_seconds: null, time_played_minutes: null }
  const tolerance = wholeTolerance(span, earlier !== null, round)
  const played = toWhole({ ...span, tolerance }, round.seconds)
  const before = earlier ? secondsBefore(earlier) : 0
  const alive = aliveShare(line, earlier, played, before)
  const dead = deadShare(line, alive, played, before)
  return {
    time_played_seconds: played,
    time_played_minutes: played / 60,
    time_played_percent: alive,
    time_dead_ratio: dead,
    time_dead_minutes: line.values[V.minutesDead] ?? (dead === null ? null : ((dead / 100) * played) / 60),
  }
}

/**
 * How far a time may be off the round's length and still be of somebody who was there throughout. Where the length was
 * read off lines itself, those of its kind may be a step off; a better reading than that is not given up for it.
 */
function wholeTolerance({ tolerance, step }: Span, isDifference: boolean, { known }: WholeRound): number {
  if (known === 'stated') return tolerance
  return isDifference === (known === 'by_difference') ? Math.max(tolerance, step + 1) : step / 2
}

/** Who was there throughout played exactly as long as the round; nobody played longer. */
function toWhole(span: Span, whole: number | null): number {
  const seconds = Math.max(span.seconds, 0)
  if (whole === null) return seconds
  return seconds >= whole || isWholeOf(span, whole) ? whole : seconds
}

function secondsBefore({ line, wholeSeconds }: EarlierLine): number {
  const span = timeOnTeam(line)
  return span === null ? 0 : toWhole(span, wholeSeconds)
}

/** The share in the file is of all the time that the counters span: the alive seconds are taken apart. */
function aliveShare(
  line: PlayerLine,
  earlier: EarlierLine | null,
  played: number,
  before: number,
): number | null {
  const share = shareAlive(line)
  if (!earlier || share === null) return share
  const shareBefore = shareAlive(earlier.line)
  if (shareBefore === null || played === 0) return null
  return toShare((share / 100) * (before + played) - (shareBefore / 100) * before, played)
}

/** Engines have stated more than 100 (etlegacy #1381): nobody is alive for longer than he is on a team. */
function shareAlive(line: PlayerLine): number | null {
  const share = line.values[V.alivePercent] ?? null
  return share === null ? null : Math.min(share, 100)
}

/**
 * A script that counts it rightly divides this round's dead time by all the time that the counters span. Of the others
 * only the engine's share alive is right: who is not alive is dead.
 */
function deadShare(line: PlayerLine, alive: number | null, played: number, before: number): number | null {
  if (!isBelieved(line, V.deadPercent)) return alive === null ? null : toTenth(100 - alive)
  const share = line.values[V.deadPercent] ?? null
  if (share === null || played === 0) return null
  return before === 0 ? share : toShare((share / 100) * (before + played), played)
}

/** Without a time the shares of one round stand as they are; shares of two cannot be taken apart. */
function sharesAlone(
  line: PlayerLine,
  earlier: EarlierLine | null,
): Omit<PlayerTimes, 'time_played_seconds' | 'time_played_minutes'> {
  const alive = earlier ? null : shareAlive(line)
  return {
    time_played_percent: alive,
    time_dead_ratio:
      isBelieved(line, V.deadPercent) && !earlier
        ? (line.values[V.deadPercent] ?? null)
        : alive === null
          ? null
          : toTenth(100 - alive),
    time_dead_minutes: line.values[V.minutesDead] ?? null,
  }
}

function isBelieved({ variant }: PlayerLine, index: number): boolean {
  const { written, wrong } = variantFacts(variant)
  return written.includes(index) && !wrong.has(index)
}

function toShare(part: number, whole: number): number {
  return toTenth(100 * Math.min(Math.max(part / whole, 0), 1))
}

function toTenth(percent: number): number {
  return Math.round(percent * 10) / 10
}

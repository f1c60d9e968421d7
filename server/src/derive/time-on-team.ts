import { V } from '../parse/columns.ts'
import type { PlayerLine } from '../parse/player-line.ts'
import { variantFacts } from '../parse/variants.ts'

/** A time that a player's line tells, as well as it can tell it. */
export interface Span {
  seconds: number
  /** Seconds that lie between it and a time that it still agrees with. */
  tolerance: number
  /** Seconds between two neighbouring values that it could have. */
  step: number
}

/** Printed with one decimal. */
const HALF_TENTH = 0.05
/** Seconds: v22 is printed in tenths of a minute, so that half a step is lost. */
const HALF_STEP = 3
/** Seconds on top of what printing loses: the header's times are cut, and the play time is short of the level's clock. */
const HEADER_SLACK = { minutes: 1, perMinute: 2 }

/** How long somebody has been on a team, over all rounds that his counters span; null where the line does not tell. */
export function timeOnTeam(line: PlayerLine): Span | null {
  const reading = readTime(line)
  return (
    reading && { seconds: reading.seconds, tolerance: reading.error + reading.slack, step: 2 * reading.error }
  )
}

/** How long somebody has been on a team since `earlier`; null where a line does not tell. */
export function timeSince(line: PlayerLine, earlier: PlayerLine): Span | null {
  const [to, from] = [readTime(line), readTime(earlier)]
  if (!to || !from) return null
  return {
    seconds: to.seconds - from.seconds,
    tolerance: to.error + from.error + to.slack,
    step: 2 * to.error,
  }
}

interface TimeReading {
  seconds: number
  error: number
  slack: number
}

function readTime(line: PlayerLine): TimeReading | null {
  if (variantFacts(line.variant).timeValue === V.minutesOnTeam) {
    const minutes = line.values[V.minutesOnTeam] ?? null
    return minutes === null
      ? null
      : { seconds: toTenth(minutes * 60), error: HALF_STEP, slack: HEADER_SLACK.minutes }
  }
  const damage = line.values[V.damageGiven] ?? null
  const perMinute = line.values[V.damagePerMinute] ?? null
  if (!damage || !perMinute) return null
  const seconds = (damage * 60) / perMinute
  const error = (seconds * HALF_TENTH) / perMinute
  return { seconds: toTenth(seconds), error, slack: HEADER_SLACK.perMinute }
}

function toTenth(seconds: number): number {
  return Math.round(seconds * 10) / 10
}

/** Whether a time can be of a round of `length` seconds: nobody is on a team for longer than the round. */
export function fitsInto(span: Span, length: number): boolean {
  return span.seconds <= length + span.tolerance
}

/** Whether a time is that of somebody who was there throughout a round of `length` seconds. */
export function isWholeOf(span: Span, length: number): boolean {
  return Math.abs(span.seconds - length) <= span.tolerance
}

import { V } from '../parse/columns.ts'
import type { Header } from '../parse/header.ts'
import type { PlayerLine } from '../parse/player-line.ts'
import type { RoundFile } from '../parse/round-file.ts'

export interface PlayerTimes {
  time_played_seconds: number | null
  time_played_minutes: number | null
  /** Percent of the time on a team that the player was alive. */
  time_played_percent: number | null
  /** Percent of the time on a team that the player was dead. */
  time_dead_ratio: number | null
}

/** Seconds. v22 has steps of 6 s: half a step's error for one reading, a whole one for a difference of two. */
const STEP_ERROR = { direct: 3.1, difference: 6.1 }

/** Times of this round alone. `base`: the file of the line that is subtracted (`earlier`). */
export function deriveTimes(
  header: Header,
  line: PlayerLine,
  earlier: PlayerLine | null,
  base: RoundFile | null,
): PlayerTimes {
  const alive = line.values[V.alivePercent] ?? null
  const dead = line.values[V.deadPercent] ?? null
  const minutes = line.values[V.minutesOnTeam] ?? null
  const before = earlier?.values[V.minutesOnTeam] ?? null
  if (minutes === null || (earlier && before === null)) {
    // Shares of one round stand as they are; shares of two cannot be taken apart without the time.
    const [percent, ratio] = earlier ? [null, null] : [alive, dead]
    return {
      time_played_seconds: null,
      time_played_minutes: null,
      time_played_percent: percent,
      time_dead_ratio: ratio,
    }
  }
  const played = exactSeconds(
    (minutes - (before ?? 0)) * 60,
    header.durationMs,
    earlier ? STEP_ERROR.difference : STEP_ERROR.direct,
  )
  const result = { time_played_seconds: played, time_played_minutes: played / 60 }
  if (!earlier) return { ...result, time_played_percent: alive, time_dead_ratio: dead }
  if (played === 0) return { ...result, time_played_percent: null, time_dead_ratio: null }

  const playedBefore = exactSeconds((before ?? 0) * 60, base?.header.durationMs ?? null, STEP_ERROR.direct)
  const aliveBefore = earlier.values[V.alivePercent] ?? null
  return {
    ...result,
    // The share is of both rounds' time: take the alive seconds apart.
    time_played_percent:
      alive === null || aliveBefore === null
        ? null
        : share((alive / 100) * (playedBefore + played) - (aliveBefore / 100) * playedBefore, played),
    // The script divides this round's dead time by both rounds' time.
    time_dead_ratio: dead === null ? null : share((dead / 100) * (playedBefore + played), played),
  }
}

/** Who was there throughout played exactly as long as the round was measured; nobody played longer. */
function exactSeconds(seconds: number, durationMs: number | null, error: number): number {
  const rounded = Math.round(Math.max(seconds, 0) * 10) / 10
  if (durationMs === null) return rounded
  const duration = durationMs / 1000
  return rounded >= duration - error ? duration : rounded
}

function share(part: number, whole: number): number {
  return Math.round(Math.min(Math.max(part / whole, 0), 1) * 1000) / 10
}

import type { RoundStatus } from '@debrief/shared'
import { V } from '../parse/columns.ts'
import type { RoundFile } from '../parse/round-file.ts'
import { longestMinutes } from './carried.ts'
import { carryEvidence, speaksFor } from './carry-evidence.ts'
import { byTime, type MapFile } from './map-file.ts'

/** What a file's round is, and on which other files its figures rest. */
export interface Placement {
  status: RoundStatus
  /** The file whose counters this one goes on from; its figures are subtracted. Null: they stand as they are. */
  base: MapFile | null
  /** The round 1 of the same match: itself for a round 1. Null: in no match. */
  round1: MapFile | null
}

/** Nothing is carried over a day: a server that idles that long has been restarted. */
export const PAIR_WINDOW_MS = 24 * 3_600_000
/** Without any counter to show it, only the header says that two files belong together: then they must be near. */
const WEAK_PAIR_WINDOW_MS = 2 * 3_600_000

/**
 * Places every file of one map on one server. A pure function of the set: `files` may stand in any order, but must not
 * hold copies or superseded contents.
 */
export function pairRounds(files: readonly MapFile[]): Map<MapFile, Placement> {
  const placements = new Map<MapFile, Placement>()
  /** Since the last played round 2 of this map: a match that was over hands nothing on. */
  let open: MapFile[] = []
  for (const file of [...files].sort(byTime)) {
    const near = open.filter(other => file.endedAt.getTime() - other.endedAt.getTime() <= PAIR_WINDOW_MS)
    switch (kindOf(file.file)) {
      case 'aborted':
        placements.set(file, { status: 'aborted', base: newestCarrying(file, near), round1: null })
        open.push(file)
        break
      case 'round 1':
        placements.set(file, { status: 'complete', base: attemptBefore(file, near), round1: file })
        open.push(file)
        break
      case 'round 2':
        placements.set(file, placeRound2(file, near))
        open = []
        break
    }
  }
  return placements
}

type Kind = 'aborted' | 'round 1' | 'round 2'

/** The 2024 script leaves a header-only round 2 with the next limit 0:00 when a map is left in warm-up. */
function kindOf(file: RoundFile): Kind {
  const { header } = file
  if (header.aborted) return 'aborted'
  if (header.roundNumber === 1) return 'round 1'
  const leftInWarmUp = header.valueCount === 8 && header.nextTimeLimit === 0 && file.players.length === 0
  return leftInWarmUp ? 'aborted' : 'round 2'
}

function placeRound2(file: MapFile, near: readonly MapFile[]): Placement {
  for (const round1 of near.filter(other => kindOf(other.file) === 'round 1').reverse()) {
    // A round 2 that was broken off and played again goes on from the attempt, and only through it from round 1.
    const between = near.filter(other => byTime(other, round1) > 0 && kindOf(other.file) === 'aborted')
    const attempt = newestCarrying(file, between)
    const belongs = attempt
      ? isTarget(file, round1) && speaksFor(carryEvidence(attempt.file, round1.file))
      : belongsTo(file, round1)
    if (belongs) return { status: 'complete', base: attempt ?? round1, round1 }
  }
  return { status: isCumulative(file.file) ? 'awaiting_round_1' : 'complete', base: null, round1: null }
}

/** A clock window alone is no evidence: the time to beat and the counters are. */
function belongsTo(round2: MapFile, round1: MapFile): boolean {
  const evidence = carryEvidence(round2.file, round1.file)
  const silent = evidence.for + evidence.against === 0
  if (!silent && !speaksFor(evidence)) return false
  if (isTarget(round2, round1)) {
    return !silent || round2.endedAt.getTime() - round1.endedAt.getTime() <= WEAK_PAIR_WINDOW_MS
  }
  // Everybody was ready within 3 s: the next limit is nonsense, and the counters alone must show it.
  return !silent && isNonsenseTarget(round1.file)
}

/** What round 1's file says is to beat is what round 2's file says was to beat. */
function isTarget(round2: MapFile, round1: MapFile): boolean {
  return round1.file.header.nextTimeLimit === round2.file.header.timeLimit
}

/** A time to beat can only be the limit itself (held), or what the attackers took. */
function isNonsenseTarget(round1: RoundFile): boolean {
  const { nextTimeLimit, timeLimit, durationMs } = round1.header
  if (nextTimeLimit === null) return true
  if (nextTimeLimit === timeLimit) return false
  if (durationMs === null) return nextTimeLimit > timeLimit
  return Math.abs(nextTimeLimit - durationMs / 1000) > 5
}

/** Whether a round 2 holds a round 1's figures too, by the engine's count of rounds and by the players' time. */
function isCumulative(file: RoundFile): boolean {
  const longest = longestMinutes(file.header)
  const inTime = file.players.every(player => (player.values[V.minutesOnTeam] ?? 0) <= (longest ?? Infinity))
  return file.players.length === 0 || !inTime || file.players.some(player => player.rounds > 0)
}

function newestCarrying(file: MapFile, near: readonly MapFile[]): MapFile | null {
  return near.findLast(other => speaksFor(carryEvidence(file.file, other.file))) ?? null
}

/**
 * A round 1 goes on from an attempt that was broken off before it, if its players have been on a team for longer than
 * it lasted. The engine's count of rounds alone does not show that: it also grows in a warm-up. Where time cannot show
 * it (not measured, or an attempt of seconds), the counters decide.
 */
function attemptBefore(file: MapFile, near: readonly MapFile[]): MapFile | null {
  const attempt = newestCarrying(file, near)
  if (!attempt) return null
  const duration = file.file.header.durationMs
  const timeTells = duration !== null && longestOnTeam(attempt.file) > SHORT_ATTEMPT
  if (!timeTells) return attempt
  return longestOnTeam(file.file) > duration / 60_000 + ROUNDING ? attempt : null
}

/** Minutes. Twice the step of v22: a shorter attempt disappears in the rounding. */
const SHORT_ATTEMPT = 0.2
/** Minutes. v22 is rounded to 0.1, and the measured play time is 0.7 s short. */
const ROUNDING = 0.07

function longestOnTeam(file: RoundFile): number {
  return Math.max(0, ...file.players.map(player => player.values[V.minutesOnTeam] ?? 0))
}

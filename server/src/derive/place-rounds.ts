import type { CountsOn } from '../db/tables.ts'
import { isAttempt, type Reading, readCounters } from './counts-on.ts'
import { round1Behind, round1ByHeader } from './find-round1.ts'
import { victory } from './header-length.ts'
import { identityOf } from './match-lines.ts'
import type { Placement } from './placement.ts'
import { roundLength } from './round-length.ts'
import { isWholeOf, timeOnTeam } from './time-on-team.ts'
import type { TimelineFile } from './timeline-file.ts'

/**
 * How many files before it a file is read with, of any map, finished or not: a match has two, and a night of restarts
 * some more. So one file more never moves more than this many after it.
 */
export const LOOK_BACK = 16
/** Nothing is carried over a day: a server that idles that long has been restarted. */
const PAIR_WINDOW_MS = 24 * 3_600_000

/**
 * Places every file of a stretch of one game server's timeline, in order of time and without copies and superseded
 * contents. A pure function of the set; the first LOOK_BACK files are placed as well as the stretch allows.
 */
export function placeRounds(files: readonly TimelineFile[]): Map<TimelineFile, Placement> {
  const players = new Map(files.map(file => [file, new Set(file.file.players.map(identityOf))]))
  const shares = (a: TimelineFile, b: TimelineFile) =>
    [...(players.get(a) ?? [])].some(player => players.get(b)?.has(player))
  const isNear = (a: TimelineFile, b: TimelineFile) =>
    Math.abs(a.endedAt.getTime() - b.endedAt.getTime()) <= PAIR_WINDOW_MS

  const placements = new Map<TimelineFile, Placement>()
  for (const [index, file] of files.entries()) {
    const recent = files.slice(Math.max(0, index - LOOK_BACK), index).filter(other => isNear(file, other))
    const before = recent.findLast(other => shares(file, other)) ?? null
    const after = files.slice(index + 1, index + 1 + LOOK_BACK).find(other => shares(file, other)) ?? null
    placements.set(file, place({ file, before, after, recent, placements }))
  }
  return placements
}

interface Surroundings {
  file: TimelineFile
  /** The newest file before it, and the oldest behind it, that share a player with it. */
  before: TimelineFile | null
  after: TimelineFile | null
  /** All that can matter before it, oldest first, and how they were placed. */
  recent: readonly TimelineFile[]
  placements: ReadonlyMap<TimelineFile, Placement>
}

function place(around: Surroundings): Placement {
  const { file, before, placements } = around
  const { header, players } = file.file
  // A script leaves a header alone, without a next limit, when a map is left in warm-up.
  const wasLeft = header.roundNumber === 2 && players.length === 0 && header.durationMs === null
  if (wasLeft && header.nextTimeLimit === null)
    return broken(file, null, readCounters(file.file, null), placements)

  const reading = readCounters(file.file, before?.file ?? null)
  if (isAttempt(file.file)) return placeAttempt(around, reading)
  if (header.roundNumber === 2) return placeRound2(around, reading)
  const base = reading.kind === 'counts_on' ? before : null
  return finish({ file, status: 'complete', base, round1: file }, reading, placements)
}

/**
 * Named round 2, and the next limit is nonsense: broken off in mid-round, unless it is a round 2 whose level had ended
 * when the file was written (everybody was ready at once). A header with a negative play time leaves no doubt.
 */
function placeAttempt(around: Surroundings, reading: Reading): Placement {
  const { file, before, placements } = around
  const base = reading.kind === 'counts_on' ? before : null
  if (file.file.header.aborted) return broken(file, base, reading, placements)
  const round1 = base && round1Behind(file, base, placements)
  if (round1 && !wasBrokenOff(around, reading)) {
    return finish({ file, status: 'complete', base, round1 }, reading, placements)
  }
  if (reading.kind === 'unresolved' && reading.rank === 0) return waiting(file, placements)
  return broken(file, base, reading, placements)
}

/** Lost before the limit without a surrender, or played again from where it stood. */
function wasBrokenOff({ file, after }: Surroundings, { longest }: Reading): boolean {
  const { header } = file.file
  if (victory(header) === 'defenders' && longest && !isWholeOf(longest, header.timeLimit)) return true
  return (
    after !== null &&
    after.file.header.map === header.map &&
    after.file.header.roundNumber === 2 &&
    after.file.header.timeLimit === header.timeLimit &&
    readCounters(after.file, file.file).kind === 'counts_on'
  )
}

function placeRound2(around: Surroundings, reading: Reading): Placement {
  const { file, before, recent, placements } = around
  if (reading.kind === 'counts_on' && before) {
    const round1 = round1Behind(file, before, placements)
    if (round1) return finish({ file, status: 'complete', base: before, round1 }, reading, placements)
    // The counters could hold another match's: that is no evidence.
    return placeAlone(file, null, readCounters(file.file, null), placements)
  }
  const round1 = round1ByHeader(file, recent, placements)
  // Its own round 1 is here, and the counters do not hold it: they began anew.
  const isRefuted = round1 !== null && round1 === before && reading.rank > 0
  return placeAlone(file, round1, isRefuted ? { ...reading, kind: 'began_anew' } : reading, placements)
}

function placeAlone(
  file: TimelineFile,
  round1: TimelineFile | null,
  reading: Reading,
  placements: ReadonlyMap<TimelineFile, Placement>,
): Placement {
  if (reading.kind !== 'began_anew') return waiting(file, placements)
  return finish({ file, status: 'complete', base: null, round1 }, reading, placements)
}

function broken(
  file: TimelineFile,
  base: TimelineFile | null,
  reading: Reading,
  placements: ReadonlyMap<TimelineFile, Placement>,
): Placement {
  return finish({ file, status: 'aborted', base, round1: null }, reading, placements)
}

function waiting(file: TimelineFile, placements: ReadonlyMap<TimelineFile, Placement>): Placement {
  const reading: Reading = { kind: 'unresolved', players: 0, of: 0, longest: null, rank: 0 }
  return finish({ file, status: 'awaiting_round_1', base: null, round1: null }, reading, placements)
}

function finish(
  { file, ...verdict }: Pick<Placement, 'status' | 'base' | 'round1'> & { file: TimelineFile },
  reading: Reading,
  placements: ReadonlyMap<TimelineFile, Placement>,
): Placement {
  const { outcome, seconds } = roundLength(file.file.header, verdict.status, reading.longest)
  const baseSeconds = verdict.base && secondsAtEnd(verdict.base, placements)
  const countsOn: CountsOn | null =
    reading.kind === 'unresolved'
      ? null
      : {
          ...{ kind: reading.kind, players: reading.players, of: reading.of },
          ...{ base_seconds: baseSeconds, own_seconds: seconds, stated_seconds: statedSeconds(file) },
        }
  return { ...verdict, outcome, durationSeconds: seconds, countsOn }
}

/** What somebody who was there throughout has on a team at the end of a file, over all that its counters span. */
function secondsAtEnd(file: TimelineFile, placements: ReadonlyMap<TimelineFile, Placement>): number | null {
  const placement = placements.get(file)
  if (!placement || placement.durationSeconds === null || placement.countsOn === null) return null
  if (placement.base === null) return placement.durationSeconds
  const before = placement.countsOn.base_seconds
  return before === null ? null : before + placement.durationSeconds
}

function statedSeconds({ file }: TimelineFile): number | null {
  const spans = file.players.map(line => timeOnTeam(line)).filter(span => span !== null)
  return spans.length === 0 ? null : Math.max(...spans.map(span => span.seconds))
}

import type { Placement } from './placement.ts'
import type { TimelineFile } from './timeline-file.ts'

/** What is known of the files before. */
type Placements = ReadonlyMap<TimelineFile, Pick<Placement, 'status' | 'base'>>

/** Where no counter shows it, only the header says that two files belong together: then they must be near. */
const HEADER_PAIR_WINDOW_MS = 2 * 3_600_000

/** The round 1 that `base` is, or whose broken-off round 2 it is, if it belongs to this round 2. */
export function round1Behind(
  file: TimelineFile,
  base: TimelineFile,
  placements: Placements,
): TimelineFile | null {
  let round1: TimelineFile | null = base
  while (round1 && placements.get(round1)?.status === 'aborted') round1 = placements.get(round1)?.base ?? null
  if (round1?.file.header.roundNumber !== 1) return null
  const { header } = round1.file
  if (header.map !== file.file.header.map) return null
  // Where everybody was ready at once, round 1's target is nonsense too, and the counters alone show it.
  return isTarget(file, round1) || isNonsenseTarget(round1) ? round1 : null
}

/** A clock window alone is no evidence: the time to beat must be the same, and no other match lie between. */
export function round1ByHeader(
  file: TimelineFile,
  recent: readonly TimelineFile[],
  placements: Placements,
): TimelineFile | null {
  const newest = recent.findLast(
    other => other.file.header.map === file.file.header.map && placements.get(other)?.status === 'complete',
  )
  if (newest?.file.header.roundNumber !== 1 || !isTarget(file, newest)) return null
  return file.endedAt.getTime() - newest.endedAt.getTime() <= HEADER_PAIR_WINDOW_MS ? newest : null
}

/** What round 1's file says is to beat is what round 2's file says was to beat. */
function isTarget(round2: TimelineFile, round1: TimelineFile): boolean {
  return round1.file.header.nextTimeLimit === round2.file.header.timeLimit
}

/** Seconds. A target is the time that the attackers took, cut to the second; the play time is measured apart. */
const TARGET_SLACK = 5

/** A time to beat can only be the limit itself (held, given up), or what the attackers took. */
function isNonsenseTarget({ file: { header } }: TimelineFile): boolean {
  const { nextTimeLimit, timeLimit, durationMs } = header
  if (nextTimeLimit === null) return true
  if (nextTimeLimit === timeLimit || durationMs === null) return false
  return Math.abs(nextTimeLimit - durationMs / 1000) > TARGET_SLACK
}

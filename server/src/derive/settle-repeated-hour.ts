import type { Header } from '../parse/header.ts'
import { chooseByModification, type StampTime } from './stamp-time.ts'

/** A current file near the hour that a clock change repeats. */
export interface NightFile {
  filename: string
  time: StampTime
  modifiedAt: Date | null
  header: Header
}

/** More unknown stamps than this in one hour are no game night; 2^12 readings are weighed in milliseconds. */
const MAX_UNKNOWN = 12
/**
 * Readings, times the files that each is weighed with, twice: a fifth of a second. Forty files of a night leave room for
 * all twelve. (12 unknown beside 400 others stopped the process for longer than the database waits, at every try.)
 */
const MAX_LOOKS = 8_000_000
/** A round that ends this soon after another cannot have been played in between. */
const SHORTEST_ROUND_MS = 20_000
/** The stamp is written some seconds after the end, not always the same. */
const CLOCK_SLACK_MS = 5_000
/** Gaps under an hour are usual, so a reading that has fewer longer ones is likelier. */
const USUAL_GAP_MS = 3_600_000

/**
 * When each file's round ended. A stamp in the repeated hour can mean two instants; the modification time tells, and
 * where it does not, the neighbours do: a round 2 never precedes its round 1, rounds of one server do not overlap, and
 * a night has no holes. Pure; the answer depends on the set of files alone.
 */
export function settleRepeatedHour(files: readonly NightFile[]): Map<string, Date> {
  const settled = new Map<string, Date>()
  const unknown: NightFile[] = []
  const most = Math.min(MAX_UNKNOWN, Math.floor(Math.log2(MAX_LOOKS / Math.max(1, files.length) ** 2)))
  for (const file of [...files].sort(byStamp)) {
    const known = chooseByModification(file.time, file.modifiedAt)
    if (known || unknown.length >= most) settled.set(file.filename, known ?? file.time.earlier)
    else unknown.push(file)
  }
  if (unknown.length === 0) return settled
  let best: { cost: number; times: Map<string, Date> } | null = null
  for (let reading = 0; reading < 2 ** unknown.length; reading += 1) {
    const times = new Map(settled)
    for (const [bit, file] of unknown.entries()) {
      const isLater = Math.floor(reading / 2 ** bit) % 2 === 1
      times.set(file.filename, isLater ? file.time.later : file.time.earlier)
    }
    const cost = costOf(files, times)
    if (!best || cost < best.cost) best = { cost, times }
  }
  return best?.times ?? settled
}

function byStamp(a: NightFile, b: NightFile): number {
  return a.time.earlier.getTime() - b.time.earlier.getTime() || (a.filename < b.filename ? -1 : 1)
}

/** Each kind of trouble outweighs any amount of the next. */
const COST = { reversedPair: 1e12, overlap: 1e9, longGap: 1e6 }

function costOf(files: readonly NightFile[], times: ReadonlyMap<string, Date>): number {
  const at = (file: NightFile) => times.get(file.filename)?.getTime() ?? 0
  const inOrder = [...files].sort((a, b) => at(a) - at(b))
  let cost = 0
  for (const [index, file] of inOrder.entries()) {
    const previous = inOrder[index - 1]
    if (previous) {
      const gap = at(file) - at(previous)
      const played = file.header.durationMs ?? SHORTEST_ROUND_MS
      if (gap < played - CLOCK_SLACK_MS) cost += COST.overlap
      if (gap > USUAL_GAP_MS) cost += COST.longGap
      // Minutes squared: of two readings without trouble, the one with the more even night.
      cost += (gap / 60_000) ** 2
    }
    cost += pairCost(file, files, at)
  }
  return cost
}

/** A round 2 behind its round 1 costs their distance; before it, it cannot be. */
function pairCost(file: NightFile, files: readonly NightFile[], at: (file: NightFile) => number): number {
  if (file.header.roundNumber !== 2 || file.header.aborted) return 0
  const gaps = files
    .filter(
      ({ header }) =>
        header.roundNumber === 1 &&
        header.map === file.header.map &&
        header.nextTimeLimit === file.header.timeLimit,
    )
    .map(round1 => at(file) - at(round1))
  const after = gaps.filter(gap => gap > 0)
  if (after.length > 0) return Math.min(...after) / 60_000
  return gaps.length > 0 ? COST.reversedPair : 0
}

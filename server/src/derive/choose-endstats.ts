/** Awards of one round in one file, as they stand among others. */
export interface EndstatsCandidate {
  fileId: number
  filename: string
  sha256: string
  mapName: string
  roundNumber: number
  /** The stamp of its name: one instant, or the two of an hour that a clock change repeats. */
  writtenAt: Date
  laterAt: Date
  modifiedAt: Date | null
  lines: number
  textBytes: number
}

export interface EndstatsRound {
  roundId: number
  mapName: string
  roundNumber: number
  endedAt: Date
}

/** The script writes the awards up to 3 s from the statistics, before or after. */
export const ENDSTATS_REACH_MS = 3_000

/**
 * Which file holds the awards of which round, by file: `round` null where its round is not here, `of` the fuller file of
 * that round, which counts instead. By map, round number and time alone, whichever came first; never by equal names.
 */
export function chooseEndstats<File extends EndstatsCandidate, Round extends EndstatsRound>(
  files: readonly File[],
  rounds: readonly Round[],
): Map<File, { round: Round | null; of: File | null }> {
  const nearest = new Map(files.map(file => [file, nearestRound(file, rounds)]))
  const best = new Map<Round, File>()
  for (const [file, round] of nearest) {
    const other = round && best.get(round)
    if (round && (!other || fuller(file, other, round))) best.set(round, file)
  }
  return new Map(
    [...nearest].map(([file, round]) => {
      const counts = round === null ? null : (best.get(round) ?? null)
      return [file, { round, of: counts === file ? null : counts }]
    }),
  )
}

function nearestRound<Round extends EndstatsRound>(
  file: EndstatsCandidate,
  rounds: readonly Round[],
): Round | null {
  const near = rounds
    .filter(({ mapName, roundNumber }) => mapName === file.mapName && roundNumber === file.roundNumber)
    .map(round => ({
      round,
      gap: gapTo(file, round),
      // Only of two rounds an hour apart, whose stamps a clock change made alike, it decides.
      toModified: file.modifiedAt ? Math.abs(file.modifiedAt.getTime() - round.endedAt.getTime()) : 0,
    }))
    .filter(({ gap }) => gap <= ENDSTATS_REACH_MS)
  near.sort(
    (a, b) =>
      (Math.abs(a.round.endedAt.getTime() - b.round.endedAt.getTime()) > HALF_HOUR_MS
        ? a.toModified - b.toModified
        : 0) ||
      a.gap - b.gap ||
      a.round.endedAt.getTime() - b.round.endedAt.getTime(),
  )
  return near[0]?.round ?? null
}

const HALF_HOUR_MS = 1_800_000

function gapTo({ writtenAt, laterAt }: EndstatsCandidate, { endedAt }: EndstatsRound): number {
  return Math.min(...[writtenAt, laterAt].map(at => Math.abs(at.getTime() - endedAt.getTime())))
}

/** More lines, then more text, then nearer to the round; names and digests break a tie, so that no order does. */
function fuller(a: EndstatsCandidate, b: EndstatsCandidate, round: EndstatsRound): boolean {
  if (a.lines !== b.lines) return a.lines > b.lines
  if (a.textBytes !== b.textBytes) return a.textBytes > b.textBytes
  const nearer = gapTo(a, round) - gapTo(b, round)
  if (nearer !== 0) return nearer < 0
  if (a.filename !== b.filename) return a.filename < b.filename
  return a.sha256 < b.sha256
}

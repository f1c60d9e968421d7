import { byTime, type TimelineFile } from './timeline-file.ts'

/** The same round is copied within a day, if at all: renamed, or written again at the map change. */
export const COPY_WINDOW_MS = 24 * 3_600_000

/**
 * Files whose player lines stand under an earlier stamp of their map too, with the file that each repeats. All must be
 * of one server. A file without players is a copy of nothing: two rounds in which nobody fired look the same.
 */
export function findCopies<T extends TimelineFile>(files: readonly T[]): Map<T, T> {
  const copies = new Map<T, T>()
  const latest = new Map<string, T>()
  for (const file of [...files].sort(byTime)) {
    if (file.file.players.length === 0) continue
    const { map, roundNumber } = file.file.header
    const key = `${map} ${roundNumber} ${file.file.linesDigest}`
    const earlier = latest.get(key)
    if (earlier && file.endedAt.getTime() - earlier.endedAt.getTime() <= COPY_WINDOW_MS) {
      copies.set(file, copies.get(earlier) ?? earlier)
    }
    latest.set(key, file)
  }
  return copies
}

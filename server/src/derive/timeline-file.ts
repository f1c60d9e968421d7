import type { RoundFile } from '../parse/round-file.ts'

/** A valid stats file in the timeline of one game server: what the derivation looks at. */
export interface TimelineFile {
  fileId: number
  filename: string
  sha256: string
  /** The stamp of the name as an instant: when the file was written, about 3 s after the round ended. */
  endedAt: Date
  file: RoundFile
}

/** By time; names break a tie, so that the order never depends on the order of arrival. */
export function byTime(a: TimelineFile, b: TimelineFile): number {
  return (
    a.endedAt.getTime() - b.endedAt.getTime() ||
    (a.filename < b.filename ? -1 : a.filename > b.filename ? 1 : 0)
  )
}

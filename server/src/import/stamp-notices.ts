import { NOTICE_CODES, type Warning } from '@debrief/shared'
import type { StoredFile } from './stored-file.ts'

/** The game's release year: no honest clock stands before it. */
const FIRST_YEAR = 2003
const DAY_MS = 86_400_000
/** A wrong time zone is off by whole hours, some by half an hour; a slow disk by seconds. */
const FAR_FROM_MTIME_MS = 20 * 60_000

/** What is odd about the time of a file: the game host's clock, or the zone that it is read in. */
export function stampNotices(
  file: Pick<StoredFile, 'stamp' | 'endedAt' | 'modifiedAt' | 'receivedAt'>,
): Warning[] {
  const notices: Warning[] = []
  const isFuture = file.endedAt.getTime() > file.receivedAt.getTime() + DAY_MS
  if (file.stamp.year < FIRST_YEAR || isFuture) {
    notices.push({
      code: 'stamp_implausible',
      expected: file.receivedAt.toISOString(),
      actual: file.endedAt.toISOString(),
      message: NOTICE_CODES.stamp_implausible,
    })
  }
  if (file.modifiedAt && Math.abs(file.endedAt.getTime() - file.modifiedAt.getTime()) > FAR_FROM_MTIME_MS) {
    notices.push({
      code: 'stamp_far_from_mtime',
      expected: file.modifiedAt.toISOString(),
      actual: file.endedAt.toISOString(),
      message: NOTICE_CODES.stamp_far_from_mtime,
    })
  }
  return notices
}

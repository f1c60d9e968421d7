import type { Stamp } from '@debrief/shared'
import { Temporal } from 'temporal-polyfill'

/** When a naive stamp can have been: one instant, or two in the hour that a clock change repeats. */
export interface StampTime {
  earlier: Date
  /** Equal to `earlier` but for stamps in a repeated hour. */
  later: Date
}

/**
 * Reads a file name's stamp in the game host's zone (an IANA name). A stamp in the hour that a clock change skips
 * cannot have been; it is read as if the clock had not been changed yet.
 */
export function stampTime(stamp: Stamp, timezone: string): StampTime {
  const local = Temporal.PlainDateTime.from({ ...stamp })
  const at = (disambiguation: 'earlier' | 'later') => local.toZonedDateTime(timezone, { disambiguation })
  const earlier = at('earlier')
  const later = at('later')
  const date = (zoned: Temporal.ZonedDateTime) => new Date(zoned.epochMilliseconds)
  if (earlier.epochMilliseconds === later.epochMilliseconds)
    return { earlier: date(earlier), later: date(earlier) }
  // In a skipped hour the library moves the stamp to either side; only a repeated hour keeps the wall clock.
  const repeated = earlier.toPlainDateTime().equals(local) && later.toPlainDateTime().equals(local)
  return repeated
    ? { earlier: date(earlier), later: date(later) }
    : { earlier: date(later), later: date(later) }
}

/** A modification time this near to one reading of the stamp speaks for it; farther off it is a copy's. */
const MTIME_SPEAKS_MS = 30 * 60_000

/** Chooses within a repeated hour by the file's modification time; null: it does not tell. */
export function chooseByModification(time: StampTime, modifiedAt: Date | null): Date | null {
  if (time.earlier.getTime() === time.later.getTime()) return time.earlier
  if (!modifiedAt) return null
  const toEarlier = Math.abs(modifiedAt.getTime() - time.earlier.getTime())
  const toLater = Math.abs(modifiedAt.getTime() - time.later.getTime())
  if (Math.min(toEarlier, toLater) > MTIME_SPEAKS_MS) return null
  return toEarlier <= toLater ? time.earlier : time.later
}

/** When a stamp was, as far as it and the modification time tell by themselves. */
export function likeliestTime(time: StampTime, modifiedAt: Date | null): Date {
  return chooseByModification(time, modifiedAt) ?? time.earlier
}

/** As far from a repeated hour as a night's rounds reach. */
const NEAR_MS = 6 * 3_600_000

/** Whether the clock of the zone is put back near these instants: then readings of stamps depend on each other. */
export function isNearRepeatedHour(earlier: Date, later: Date, timezone: string): boolean {
  const offsetAt = (milliseconds: number) =>
    Temporal.Instant.fromEpochMilliseconds(milliseconds).toZonedDateTimeISO(timezone).offsetNanoseconds
  return offsetAt(earlier.getTime() - NEAR_MS) > offsetAt(later.getTime() + NEAR_MS)
}

import { Temporal } from 'temporal-polyfill'

/**
 * A moment as a wall clock in `timeZone` shows it: `YYYY-MM-DD` and `HH:MM:SS`. Any year that a file name can have:
 * four digits, and `+010000` where a zone carries the last day of 9999 into the next year.
 */
export function localTime(moment: Date, timeZone: string): { date: string; time: string } {
  const zoned = Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(timeZone)
  return {
    date: zoned.toPlainDate().toString(),
    time: zoned.toPlainTime().toString({ fractionalSecondDigits: 0 }),
  }
}

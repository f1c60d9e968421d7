import { Temporal } from 'temporal-polyfill'
import { localTime as clockIn } from '../../report/local-time.ts'

/** `2026-05-08` as `Friday 8 May 2026`; any date that a file name can have, and the first day after 9999. */
export function longDate(date: string): string {
  const { year, month, day, dayOfWeek } = Temporal.PlainDate.from(date)
  return `${DAYS[dayOfWeek - 1]} ${day} ${MONTHS[month - 1]} ${year}`
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
]

/** A span as the game server's clock showed it: the second date only where it is another one. */
export function dateSpan(local: {
  startDate: string
  startTime: string
  endDate: string
  endTime: string
}): string {
  const end = local.endDate === local.startDate ? '' : `${longDate(local.endDate)}, `
  return `${longDate(local.startDate)}, ${local.startTime} – ${end}${local.endTime}`
}

/** A moment in a zone, `YYYY-MM-DD HH:MM:SS`. */
export function localTime(iso: string, timeZone: string): string {
  const { date, time } = clockIn(new Date(iso), timeZone)
  return `${date} ${time}`
}

/** The begin and end of a session in its server's zone. */
export function localSpan(startedAt: string, endedAt: string, timeZone: string): string {
  const [start, end] = [startedAt, endedAt].map(iso => clockIn(new Date(iso), timeZone))
  if (!start || !end) return ''
  return dateSpan({
    startDate: start.date,
    startTime: start.time.slice(0, 5),
    endDate: end.date,
    endTime: end.time.slice(0, 5),
  })
}

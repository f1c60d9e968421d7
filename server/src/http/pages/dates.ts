/** `2026-05-08` as `Friday 8 May 2026`. */
export function longDate(date: string): string {
  return LONG.format(new Date(`${date}T00:00:00Z`)).replace(',', '')
}

const LONG = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'full' })

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
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(
    new Date(iso),
  )
}

/** The begin and end of a session in its server's zone. */
export function localSpan(startedAt: string, endedAt: string, timeZone: string): string {
  const [startDate = '', startTime = ''] = localTime(startedAt, timeZone).split(' ')
  const [endDate = '', endTime = ''] = localTime(endedAt, timeZone).split(' ')
  const short = (time: string) => time.slice(0, 5)
  return dateSpan({ startDate, startTime: short(startTime), endDate, endTime: short(endTime) })
}

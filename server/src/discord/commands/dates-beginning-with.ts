/** Days from `from` up to, and without, `to`; as `YYYY-MM-DD`, and after the last of them `10000-01-01`. */
interface Days {
  from: string
  to: string
}

/** The days whose date begins so: `20`, `2026-0`, `2026-05-1`. Null: no date does. */
export function datesBeginningWith(prefix: string): Days | null {
  const parts = /^(\d{1,4})(?:-(?:(\d{1,2})(?:-(?:(\d{1,2}))?)?)?)?$/.exec(prefix)
  if (!parts) return null
  const [, year = '', month = '', day = ''] = parts
  if (year.length < 4) return prefix.includes('-') ? null : years(clamp(span(year, 4), 1, 9999))
  // There is no such year, and PostgreSQL says so.
  if (Number(year) === 0) return null
  if (month === '') return years([Number(year), Number(year)])
  if (month.length < 2 && prefix.length > 6) return null
  const [firstMonth, lastMonth] = clamp(span(month, 2), 1, 12)
  if (firstMonth > lastMonth) return null
  if (day === '') return days([Number(year), firstMonth, 1], [Number(year), lastMonth + 1, 1])
  const [firstDay, lastDay] = clamp(span(day, 2), 1, 31)
  if (firstDay > lastDay) return null
  return days([Number(year), firstMonth, firstDay], [Number(year), firstMonth, lastDay + 1])
}

/** All numbers of `length` digits that begin so. */
function span(digits: string, length: number): [number, number] {
  return [Number(digits.padEnd(length, '0')), Number(digits.padEnd(length, '9'))]
}

function clamp([first, last]: [number, number], least: number, most: number): [number, number] {
  return [Math.max(first, least), Math.min(last, most)]
}

function years([first, last]: [number, number]): Days {
  return days([first, 1, 1], [last + 1, 1, 1])
}

type YearMonthDay = [year: number, month: number, day: number]

function days(from: YearMonthDay, to: YearMonthDay): Days {
  return { from: dateOf(from), to: dateOf(to) }
}

/** A day that its month does not have is one of the next month. */
function dateOf([year, month, day]: YearMonthDay): string {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  // Of a year beyond 9999 JavaScript's own form has a sign and six digits, which PostgreSQL does not read.
  return `${String(date.getUTCFullYear()).padStart(4, '0')}${date.toISOString().slice(-20, -14)}`
}

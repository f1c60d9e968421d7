export type SessionChoice =
  | { kind: 'latest' }
  | { kind: 'number'; number: number }
  | { kind: 'date'; date: string }

/** `12`, `#12`, `2026-05-05`, `5.5.2026`, `latest`; null: none of them. Pure. */
export function parseChoice(word: string): SessionChoice | null {
  const number = /^#?(\d{1,9})$/.exec(word)
  if (number) return { kind: 'number', number: Number(number[1]) }
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(word)
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(word)
  const [year, month, day] = iso ? iso.slice(1) : dotted ? dotted.slice(1).reverse() : []
  if (!year || !month || !day) return word === 'latest' || word === 'last' ? { kind: 'latest' } : null
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  // 2026-02-30 and the year 0 are dates for nobody, and errors for the database.
  const parsed = new Date(`${date}T00:00:00Z`)
  const isReal = year !== '0000' && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date)
  return isReal ? { kind: 'date', date } : null
}

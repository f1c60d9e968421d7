import type { SubView } from '../../cards/sub-view-cards.ts'
import { isView } from '../views/words.ts'

export type SessionChoice =
  | { kind: 'latest' }
  | { kind: 'number'; number: number }
  | { kind: 'date'; date: string }

/** What somebody wants of us. `help`: we were meant, and did not understand. */
export type Ask = { kind: 'report'; session: SessionChoice; view: SubView | null } | { kind: 'help' }

const LATEST = new Set(['last_session', 'last', 'latest'])

/** Reads a message; null: it is not for us. Pure. */
export function parseAsk(content: string, botId: string): Ask | null {
  const text = content.trim()
  const mention = new RegExp(`^<@!?${botId}>`).exec(text)
  if (!mention && !text.startsWith('!')) return null
  const [first = '', ...rest] = text
    .slice(mention?.[0].length ?? 1)
    .trim()
    .toLowerCase()
    .split(/\s+/)
  const command = mention && first.startsWith('!') ? first.slice(1) : first

  if (LATEST.has(command)) return report({ kind: 'latest' }, rest)
  if (command === 'session') {
    const [which = '', ...words] = rest
    const session = parseChoice(which)
    return session ? report(session, words) : { kind: 'help' }
  }
  // Another bot's command, perhaps; only who calls us by name gets an answer to anything.
  if (!mention) return null
  return report({ kind: 'latest' }, [first, ...rest])
}

/** `12`, `#12`, `2026-05-05`, `5.5.2026`; null: neither. */
export function parseChoice(word: string): SessionChoice | null {
  const number = /^#?(\d{1,9})$/.exec(word)
  if (number) return { kind: 'number', number: Number(number[1]) }
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(word)
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(word)
  const [year, month, day] = iso ? iso.slice(1) : dotted ? dotted.slice(1).reverse() : []
  if (!year || !month || !day) return word === 'latest' || word === 'last' ? { kind: 'latest' } : null
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  // 2026-02-30 is a date for nobody, and an error for the database.
  const parsed = new Date(`${date}T00:00:00Z`)
  const isReal = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date)
  return isReal ? { kind: 'date', date } : null
}

function report(session: SessionChoice, words: readonly string[]): Ask {
  const view = words.filter(Boolean).join(' ')
  if (view === '') return { kind: 'report', session, view: null }
  return isView(view) ? { kind: 'report', session, view } : { kind: 'help' }
}

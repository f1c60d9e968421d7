import { type Kysely, sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import type { DB } from '../../db/tables.ts'
import { newestCounted } from '../counted.ts'
import { localTime } from '../local-time.ts'

/** Over which rounds a player's figures are summed. */
export type Period =
  | { kind: 'session'; session: number }
  /** Rounds that ended at `from` or later. */
  | { kind: '30d'; from: Date }
  /** A quarter of the year, `2026-Q2`, by the date in the file's name: the game server's own clock. */
  | { kind: 'season'; name: string; from: string; to: string }
  | { kind: 'all' }

/** `session` is the newest one, `season` the current one. */
export const PERIOD_WORDS = ['session', '30d', 'season', 'all'] as const
export const PERIOD_PATTERN = /^(?:session|30d|season|all|\d{4}-Q[1-4])$/

const DAYS = 30

/**
 * What a word means just now; null: no round counts yet, or the word is none. The 30 days end at the last whole minute,
 * so that readers of one minute read the same.
 */
export async function resolvePeriod(
  db: Kysely<DB>,
  word: string,
  now: Date = new Date(),
): Promise<Period | null> {
  if (word === 'all') return { kind: 'all' }
  if (word === '30d') {
    const minute = Math.floor(now.getTime() / 60_000) * 60_000
    return { kind: '30d', from: new Date(minute - DAYS * 86_400_000) }
  }
  if (/^\d{4}-Q[1-4]$/.test(word)) return season(Number(word.slice(0, 4)), Number(word.slice(6)))
  const newest = await newestCounted(db)
  if (word === 'session') return newest && { kind: 'session', session: newest.gaming_session_id }
  if (word !== 'season') return null
  const date = localTime(now, await zoneOf(db, newest?.round_id ?? null)).date
  return season(Number(date.slice(0, 4)), Math.ceil(Number(date.slice(5, 7)) / 3))
}

function season(year: number, quarter: number): Period {
  const from = Temporal.PlainDate.from({ year, month: 3 * quarter - 2, day: 1 })
  const name = `${String(year).padStart(4, '0')}-Q${quarter}`
  return { kind: 'season', name, from: from.toString(), to: from.add({ months: 3 }).toString() }
}

/** Of the game server that played last. */
async function zoneOf(db: Kysely<DB>, roundId: number | null): Promise<string> {
  if (roundId === null) return 'UTC'
  const { rows } = await sql<{ timezone: string }>`
    select timezone from rounds join game_servers using (server_id) where round_id = ${roundId}`.execute(db)
  return rows[0]?.timezone ?? 'UTC'
}

/** As it stands in headings and addresses. */
export function periodLabel(period: Period): string {
  switch (period.kind) {
    case 'session':
      return `session ${period.session}`
    case '30d':
      return 'the last 30 days'
    case 'season':
      return `season ${period.name}`
    case 'all':
      return 'all time'
  }
}

export function periodWord(period: Period): string {
  return period.kind === 'season' ? period.name : period.kind
}

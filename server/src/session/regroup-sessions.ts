import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { mintSession } from './mint-session.ts'
import { isGap } from './place-in-session.ts'

/** From the first to the last point in time at which rounds went away, or which they moved from or to. */
export interface Stretch {
  from: Date
  to: Date
}

/**
 * Groups the rounds of a game server anew, after some went away (`removeRound`) or moved in time: both are rare, and
 * may split a session anywhere. Each group keeps the oldest number that its rounds had, unless an earlier group has it
 * already; sessions without rounds go. Only the sessions near `stretch` are looked at, however long the history is;
 * null: all.
 */
export async function regroupSessions(
  trx: Transaction<DB>,
  serverId: number,
  sessionGapMinutes: number,
  stretch: Stretch | null,
): Promise<void> {
  const near = stretch && widen(stretch, sessionGapMinutes * 60_000)
  const used = new Set<number>()
  /** Sessions that rounds were taken from: where the others kept their begin and end, nothing else shows it. */
  const left = new Set<number>()
  for (const group of groupByGap(await loadRounds(trx, serverId, near), sessionGapMinutes)) {
    const [first, last] = [group[0], group.at(-1)]
    if (!first || !last) continue
    const bounds = { started_at: first.ended_at, ended_at: last.ended_at }
    const known = group.map(round => round.gaming_session_id).filter(id => !used.has(id))
    const id =
      known.length > 0
        ? Math.min(...known)
        : await mintSession(trx, serverId, bounds.started_at, bounds.ended_at)
    used.add(id)
    const moved = group.filter(round => round.gaming_session_id !== id)
    for (const round of moved) left.add(round.gaming_session_id)
    if (moved.length > 0) {
      const ids = moved.map(round => round.round_id)
      await trx.updateTable('rounds').set({ gaming_session_id: id }).where('round_id', 'in', ids).execute()
    }
    const isMoved = !isSame(first.started_at, bounds.started_at) || !isSame(first.until, bounds.ended_at)
    if (moved.length > 0 || isMoved) {
      await trx
        .updateTable('gaming_sessions')
        .set({ ...bounds, changed_at: sql`now()` })
        .where('gaming_session_id', '=', id)
        .execute()
    }
  }
  await dateChange(trx, [...left])
  await removeEmpty(trx, serverId, near)
}

/** All rounds of each session that has one there, in order of time, with the bounds that the session has. */
function loadRounds(trx: Transaction<DB>, serverId: number, near: Stretch | null) {
  const rounds = trx
    .selectFrom('rounds as r')
    .innerJoin('gaming_sessions as s', 's.gaming_session_id', 'r.gaming_session_id')
    .select(['r.round_id', 'r.ended_at', 'r.gaming_session_id', 's.started_at', 's.ended_at as until'])
    .where('r.server_id', '=', serverId)
    .orderBy('r.ended_at')
    .orderBy('r.filename')
  if (!near) return rounds.execute()
  const sessions = trx
    .selectFrom('rounds')
    .select('gaming_session_id')
    .where('server_id', '=', serverId)
    .where('ended_at', '>=', near.from)
    .where('ended_at', '<=', near.to)
  return rounds.where('r.gaming_session_id', 'in', sessions).execute()
}

/** Rounds as far off as a gap may be still belong to what was there. */
function widen({ from, to }: Stretch, gapMs: number): Stretch {
  return { from: new Date(from.getTime() - gapMs), to: new Date(to.getTime() + gapMs) }
}

function groupByGap<T extends { ended_at: Date }>(rounds: readonly T[], sessionGapMinutes: number): T[][] {
  const groups: T[][] = []
  for (const round of rounds) {
    const group = groups.at(-1)
    const previous = group?.at(-1)
    if (group && previous && !isGap(previous.ended_at, round.ended_at, sessionGapMinutes)) group.push(round)
    else groups.push([round])
  }
  return groups
}

function isSame(a: Date, b: Date): boolean {
  return a.getTime() === b.getTime()
}

async function dateChange(trx: Transaction<DB>, sessions: readonly number[]): Promise<void> {
  if (sessions.length === 0) return
  await trx
    .updateTable('gaming_sessions')
    .set({ changed_at: sql`now()` })
    .where('gaming_session_id', 'in', [...sessions])
    .execute()
}

async function removeEmpty(trx: Transaction<DB>, serverId: number, near: Stretch | null): Promise<void> {
  const sessions = trx
    .deleteFrom('gaming_sessions as s')
    .where('s.server_id', '=', serverId)
    .where(eb =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('rounds as r')
            .whereRef('r.gaming_session_id', '=', 's.gaming_session_id')
            .select('r.round_id'),
        ),
      ),
    )
  // One that lost its last round reached to where that was.
  const reaching = near && sessions.where('s.ended_at', '>=', near.from).where('s.started_at', '<=', near.to)
  await (reaching ?? sessions).execute()
}

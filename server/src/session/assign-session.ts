import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { mintSession } from './mint-session.ts'
import { type Neighbour, placeInSession } from './place-in-session.ts'

/** The rounds of the same game server just before a point in time and just behind it. */
export interface Neighbours {
  before: Neighbour | null
  after: Neighbour | null
}

/**
 * Finds or makes the session of a round that is about to be written, which stretches it. `known`: the rounds beside it;
 * null: they are looked up.
 */
export async function assignSession(
  trx: Transaction<DB>,
  serverId: number,
  endedAt: Date,
  sessionGapMinutes: number,
  known: Neighbours | null,
): Promise<number> {
  const { before, after } = known ?? (await findNeighbours(trx, serverId, endedAt))
  const place = placeInSession(endedAt, before, after, sessionGapMinutes)
  switch (place.kind) {
    case 'new':
      return mintSession(trx, serverId, endedAt, endedAt)
    case 'join':
      return place.id
    case 'merge':
      await absorb(trx, place.keep, place.drop)
      return place.keep
  }
}

async function findNeighbours(trx: Transaction<DB>, serverId: number, endedAt: Date): Promise<Neighbours> {
  const { rows } = await sql<{ side: 'before' | 'after'; gaming_session_id: number; ended_at: Date }>`
    (select 'before' as side, gaming_session_id, ended_at from rounds
      where server_id = ${serverId} and ended_at <= ${endedAt} order by ended_at desc limit 1)
    union all
    (select 'after' as side, gaming_session_id, ended_at from rounds
      where server_id = ${serverId} and ended_at > ${endedAt} order by ended_at limit 1)`.execute(trx)
  const side = (name: 'before' | 'after'): Neighbour | null => {
    const row = rows.find(each => each.side === name)
    return row ? { gamingSessionId: row.gaming_session_id, endedAt: row.ended_at } : null
  }
  return { before: side('before'), after: side('after') }
}

async function absorb(trx: Transaction<DB>, keep: number, drop: number): Promise<void> {
  await trx
    .updateTable('rounds')
    .set({ gaming_session_id: keep })
    .where('gaming_session_id', '=', drop)
    .execute()
  await sql`
    with gone as (delete from gaming_sessions where gaming_session_id = ${drop} returning started_at, ended_at)
    update gaming_sessions s
    set started_at = least(s.started_at, gone.started_at), ended_at = greatest(s.ended_at, gone.ended_at)
    from gone where s.gaming_session_id = ${keep}`.execute(trx)
}

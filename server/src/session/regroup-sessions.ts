import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { mintSession } from './mint-session.ts'
import { isGap } from './place-in-session.ts'

/**
 * Groups the rounds of a game server anew, after some went away (`removeRound`) or moved in time: both are rare, and
 * may split a session anywhere. Each group keeps the oldest number that its rounds had, unless an earlier group has it already;
 * sessions without rounds go.
 */
export async function regroupSessions(
  trx: Transaction<DB>,
  serverId: number,
  sessionGapMinutes: number,
): Promise<void> {
  const rounds = await trx
    .selectFrom('rounds')
    .select(['round_id', 'ended_at', 'gaming_session_id'])
    .where('server_id', '=', serverId)
    .orderBy('ended_at')
    .orderBy('filename')
    .execute()

  const used = new Set<number>()
  /** Sessions that rounds were taken from: where the others kept their begin and end, nothing else shows it. */
  const left = new Set<number>()
  for (const group of groupByGap(rounds, sessionGapMinutes)) {
    const startedAt = group[0]?.ended_at
    const endedAt = group.at(-1)?.ended_at
    if (!startedAt || !endedAt) continue
    const known = group.map(round => round.gaming_session_id).filter(id => !used.has(id))
    const id = known.length > 0 ? Math.min(...known) : await mintSession(trx, serverId, startedAt, endedAt)
    used.add(id)
    const moved = group.filter(round => round.gaming_session_id !== id).map(round => round.round_id)
    if (moved.length > 0) {
      await trx.updateTable('rounds').set({ gaming_session_id: id }).where('round_id', 'in', moved).execute()
      for (const round of group) if (round.gaming_session_id !== id) left.add(round.gaming_session_id)
    }
    await trx
      .updateTable('gaming_sessions')
      .set({ started_at: startedAt, ended_at: endedAt, changed_at: sql`now()` })
      .where('gaming_session_id', '=', id)
      .where(eb =>
        eb.or([eb.lit(moved.length > 0), eb('started_at', '!=', startedAt), eb('ended_at', '!=', endedAt)]),
      )
      .execute()
  }
  if (left.size > 0) {
    await trx
      .updateTable('gaming_sessions')
      .set({ changed_at: sql`now()` })
      .where('gaming_session_id', 'in', [...left])
      .execute()
  }
  await trx
    .deleteFrom('gaming_sessions')
    .where('server_id', '=', serverId)
    .where(eb =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('rounds')
            .whereRef('rounds.gaming_session_id', '=', 'gaming_sessions.gaming_session_id')
            .select('round_id'),
        ),
      ),
    )
    .execute()
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

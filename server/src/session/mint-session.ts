import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'

/** Begins a session under the next number. The counter's row lock keeps two game servers from taking the same one. */
export async function mintSession(
  trx: Transaction<DB>,
  serverId: number,
  startedAt: Date,
  endedAt: Date,
): Promise<number> {
  const { rows } = await sql<{ gaming_session_id: number }>`
    with next as (update counters set value = value + 1 where name = 'gaming_session' returning value)
    insert into gaming_sessions (gaming_session_id, server_id, started_at, ended_at)
    select value, ${serverId}, ${startedAt}, ${endedAt} from next
    returning gaming_session_id`.execute(trx)
  const row = rows[0]
  if (!row)
    throw new Error('The counter of gaming sessions is missing: the table counters was changed by hand.')
  return row.gaming_session_id
}

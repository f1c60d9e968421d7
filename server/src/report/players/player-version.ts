import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'

/** Changes with every round and decision that any page of players rests on, and while sessions are summed. */
export async function playersVersion(db: Kysely<DB>): Promise<string> {
  const { rows } = await sql<{ version: string }>`
    select md5(concat_ws(' ',
      (select string_agg(what || ' ' || changes, ' ' order by what) from player_changes),
      (select count(*) || ' ' || max(mark_id) from unsummed_sessions))) as version`.execute(db)
  return rows[0]?.version ?? ''
}

/** Sessions that are not summed yet. */
export async function countUnsummed(db: Kysely<DB>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct gaming_session_id)::int as count from unsummed_sessions`.execute(db)
  return rows[0]?.count ?? 0
}

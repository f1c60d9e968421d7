import { type Expression, type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import { newRecordsDigest } from './players/new-records.ts'

/**
 * The one answer to "has this session changed?": equal versions, equal reports. Null: there is no such session.
 * `recordsOf`: for who knows already which records it set.
 */
export async function sessionVersion(
  db: Kysely<DB>,
  session: number,
  recordsOf: (session: number) => Promise<string> = number => loadRecordsDigest(db, number),
): Promise<string | null> {
  const { rows } = await sql<{
    version: string | null
  }>`select ${versionOf(sql`${session}::bigint`)} as version`.execute(db)
  const own = rows[0]?.version ?? null
  return own === null ? null : own + (await recordsOf(session))
}

/** The part of it that rests on earlier sessions: a few ms, and more for the first of a long history. */
export async function loadRecordsDigest(db: Kysely<DB>, session: number): Promise<string> {
  const { rows } = await sql<{ digest: string }>`
    select ${newRecordsDigest(sql`${session}::bigint`)} as digest`.execute(db)
  return rows[0]?.digest ?? ''
}

/** The same within a statement. The records that a session set rest on earlier sessions too. */
export function reportVersionOf(session: Expression<number>): RawBuilder<string | null> {
  return sql<string | null>`(${versionOf(session)} || ${newRecordsDigest(session)})`
}

/** The same for one round with all that its page shows: its session's teams and maps, and its file's receipt. */
export async function roundVersion(db: Kysely<DB>, roundId: number): Promise<string | null> {
  const { rows } = await sql<{ version: string }>`
    select md5(concat_ws(' ', f.xmin, ${versionOf(sql.ref('r.gaming_session_id'))})) as version
    from rounds r join processed_files f using (file_id) where r.round_id = ${roundId}`.execute(db)
  return rows[0]?.version ?? null
}

/**
 * Of a session's own rounds alone, within a statement, for a column or a value that is a session's number. A digest of which rows make the
 * session's report, and of the transactions that wrote them (`xmin`): the rounds with those of other sessions that
 * belong to its maps, the session, and the server; and of what is decided about names. Figures are never written without their round. `changed_at` would
 * not do: of two transactions, the one that began first may commit last, and a round that went away leaves no time.
 */
export function versionOf(session: Expression<number>): RawBuilder<string | null> {
  return sql<string | null>`(
    select md5(concat_ws(' ', g.xmin, s.xmin, (select changes from player_changes where what = 'decisions'), (
      select string_agg(behind.round_id || ':' || behind.written, ' ' order by behind.round_id)
      from (
        select own.round_id, own.xmin::text as written
        from rounds own where own.gaming_session_id = g.gaming_session_id
        union
        select other.round_id, other.xmin::text
        from rounds own join rounds other using (match_id)
        where own.gaming_session_id = g.gaming_session_id
      ) behind
    )))
    from gaming_sessions g join game_servers s using (server_id)
    where g.gaming_session_id = ${session})`
}

import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { DB } from '../../db/tables.ts'

const MOST = 25
const LONGEST_NAME = 100

/** The newest sessions whose number or date begins with what was typed so far, as choices. */
export async function suggestSessions(
  db: Kysely<DB>,
  typed: string,
): Promise<{ name: string; value: string }[]> {
  const prefix = typed.trim().replace(/^#/, '')
  if (!/^[\d-]*$/.test(prefix)) return []
  const { rows } = await sql<{ session: number; date: string; maps: string[] }>`
    select g.gaming_session_id as session, min(r.round_date)::text as date,
      array_agg(r.map_name order by r.ended_at) filter (where r.round_number = 1) as maps
    from (
      select s.gaming_session_id, s.ended_at from gaming_sessions s
      where exists (select from counted_rounds d where d.gaming_session_id = s.gaming_session_id
        and (${prefix} = '' or s.gaming_session_id::text like ${`${prefix}%`} or d.round_date::text like ${`${prefix}%`}))
      order by s.ended_at desc limit ${MOST}
    ) g join counted_rounds r using (gaming_session_id)
    group by g.gaming_session_id order by max(g.ended_at) desc`.execute(db)
  return rows.map(({ session, date, maps }) => ({
    name: shorten(`${session} · ${date} · ${[...new Set(maps ?? [])].join(', ')}`),
    value: String(session),
  }))
}

function shorten(name: string): string {
  const characters = [...name]
  return characters.length <= LONGEST_NAME ? name : `${characters.slice(0, LONGEST_NAME - 1).join('')}…`
}

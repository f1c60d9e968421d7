import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { datesBeginningWith } from './dates-beginning-with.ts'

const MOST = 25
const LONGEST_NAME = 100

/** The newest sessions whose number or date begins with what was typed so far, as choices. */
export async function suggestSessions(
  db: Kysely<DB>,
  typed: string,
): Promise<{ name: string; value: string }[]> {
  const prefix = typed.trim().replace(/^#/, '')
  if (!/^[\d-]*$/.test(prefix)) return []
  // By index, whichever begin so; of dates from the newest backwards, until there are enough.
  const { rows } = await sql<{ session: number; date: string; maps: string[] }>`
    with numbered as materialized (
      select s.gaming_session_id, s.ended_at from gaming_sessions s where ${numbersBeginningWith(prefix)}
    ), found as (
      (select * from numbered n
      where exists (select from counted_rounds r where r.gaming_session_id = n.gaming_session_id)
      order by n.ended_at desc limit ${MOST})
      union
      (select s.gaming_session_id, s.ended_at from gaming_sessions s
      where ${onDatesBeginningWith(prefix)}
      order by s.ended_at desc limit ${MOST})
    )
    select g.gaming_session_id as session, min(r.round_date)::text as date,
      array_agg(r.map_name order by r.ended_at) filter (where r.round_number = 1) as maps
    from (select * from found order by ended_at desc limit ${MOST}) g
    join counted_rounds r using (gaming_session_id)
    group by g.gaming_session_id order by max(g.ended_at) desc`.execute(db)
  return rows.map(({ session, date, maps }) => ({
    name: shorten(`${session} · ${date} · ${[...new Set(maps ?? [])].join(', ')}`),
    value: String(session),
  }))
}

/** What nothing was typed for: the newest. */
const ALL_DATES = { from: '0001-01-01', to: '10000-01-01' }
/** Digits of the longest number that is looked for. */
const LONGEST_NUMBER = 12

/** 1, 10 to 19, 100 to 199, and so on. */
function numbersBeginningWith(prefix: string) {
  if (!/^[1-9]\d*$/.test(prefix) || prefix.length > LONGEST_NUMBER) return sql`false`
  const spans = Array.from({ length: LONGEST_NUMBER - prefix.length + 1 }, (_, more) => {
    const first = Number(prefix) * 10 ** more
    return sql`s.gaming_session_id between ${first} and ${first + 10 ** more - 1}`
  })
  return sql`(${sql.join(spans, sql` or `)})`
}

/** A round's date is the game host's: less than two days from the session's end. */
function onDatesBeginningWith(prefix: string) {
  const dates = prefix === '' ? ALL_DATES : datesBeginningWith(prefix)
  if (dates === null) return sql`false`
  return sql`s.ended_at >= ${dates.from}::date - interval '2 days' and s.ended_at < ${dates.to}::date + interval '2 days'
    and exists (select from counted_rounds r where r.gaming_session_id = s.gaming_session_id
      and r.round_date >= ${dates.from}::date and r.round_date < ${dates.to}::date)`
}

function shorten(name: string): string {
  const characters = [...name]
  return characters.length <= LONGEST_NAME ? name : `${characters.slice(0, LONGEST_NAME - 1).join('')}…`
}

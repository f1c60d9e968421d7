import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import { groupBy } from './group-by.ts'
import { shownName, shownText } from './shown-name.ts'

export interface Face {
  guid: string
  name: string
  colouredName: string
  kills: number
}

/** The three with the most kills of each session, in the order of the report (fewer deaths, then more damage). */
export async function readFaces(db: Kysely<DB>, sessions: readonly number[]): Promise<Map<number, Face[]>> {
  const { rows } = await sql<FaceRow>`
    select session, guid, kills, raw_name, clean_name from (
      select *, row_number() over (partition by session order by kills desc, deaths, damage desc, guid collate "C") as place
      from (
        select p.gaming_session_id as session, coalesce(j.main_guid, p.player_guid) as guid,
          sum(p.kills) as kills, sum(p.deaths) as deaths, coalesce(sum(p.damage_given), 0) as damage,
          (array_agg(p.player_name order by p.ended_at desc))[1] as raw_name,
          (array_agg(p.clean_name order by p.ended_at desc))[1] as clean_name
        from counted_player_stats p left join player_joins j on j.player_guid = p.player_guid
        where p.gaming_session_id = any(${[...sessions]})
        group by 1, 2
      ) totals
    ) placed
    where place <= 3
    order by session, place`.execute(db)
  const faces = groupBy(rows, row => row.session)
  return new Map([...faces].map(([session, placed]) => [session, placed.map(toFace)]))
}

interface FaceRow {
  session: number
  guid: string
  kills: number
  raw_name: string
  clean_name: string
}

function toFace({ guid, kills, raw_name, clean_name }: FaceRow): Face {
  return { guid, kills, name: shownName(clean_name, guid), colouredName: shownText(raw_name) }
}

import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'

/** How two players killed each other, as the files of awards tell it. */
export interface Rival {
  guid: string
  kills: number
  deaths: number
  rounds: number
}

/** Everybody whom a player met, those he met most first; `opponent`: only that one. Main GUIDs; games between people. */
export async function loadRivals(
  db: Kysely<DB>,
  guid: string,
  opponent: string | null = null,
): Promise<Rival[]> {
  return db
    .selectFrom('duel_cells')
    .select('opponent_guid as guid')
    .select(({ fn }) => [
      fn.sum<number>('kills').as('kills'),
      fn.sum<number>('deaths').as('deaths'),
      fn.sum<number>('rounds').as('rounds'),
    ])
    .where('player_guid', '=', guid)
    .$if(opponent !== null, query => query.where('opponent_guid', '=', opponent ?? ''))
    .groupBy('opponent_guid')
    .orderBy(({ fn }) => sql`${fn.sum('kills')} + ${fn.sum('deaths')}`, 'desc')
    .orderBy('opponent_guid')
    .execute()
}

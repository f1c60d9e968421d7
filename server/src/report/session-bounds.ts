import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import { countedPlayers, isCounted } from './counted.ts'
import type { RoundRow } from './session-rows.ts'

/**
 * So many people a session is told of. An evening has thirty, a public server some hundreds a day. (Of 200 files with 128
 * new people each, sent within 18 s, anybody's look at the session stopped the whole process for 7 s, and it took 1.6 GB.)
 */
export const MOST_PEOPLE = 1_000

/** Those who were there in the most rounds, and how many more there were. */
export async function loadMostPresent(
  db: Kysely<DB>,
  session: number,
  mostPeople: number,
): Promise<{ kept: string[]; others: number }> {
  if (mostPeople === Number.POSITIVE_INFINITY) return { kept: [], others: 0 }
  const found = await countedPlayers(db)
    .select(['p.player_guid', sql<number>`count(*) over ()`.as('people')])
    .where('p.gaming_session_id', '=', session)
    .groupBy('p.player_guid')
    .orderBy(({ fn }) => fn.countAll(), 'desc')
    .orderBy('p.player_guid')
    .limit(mostPeople)
    .execute()
  const people = Number(found[0]?.people ?? 0)
  return { kept: found.map(({ player_guid }) => player_guid), others: people - found.length }
}

/**
 * So many rows of players a report is made of. An evening has 300, a server that never rests 4 000 a day, and its
 * session goes on for weeks. (600 files with 64 players each stopped the process for 3 s at anybody's look.)
 */
export const MOST_ROWS = 10_000
/** The parser takes no more of a file. */
const MOST_OF_A_ROUND = 128

/** The newest of a session's rounds that have at most so many rows together, in the order of `all`. */
export async function newestRounds(
  db: Kysely<DB>,
  session: number,
  { all, mostRows }: { all: RoundRow[]; mostRows: number },
): Promise<RoundRow[]> {
  if (all.filter(isCounted).length * MOST_OF_A_ROUND <= mostRows) return all
  const counts = await countedPlayers(db)
    .select(['p.round_id', ({ fn }) => fn.countAll<number>().as('rows')])
    .where('p.gaming_session_id', '=', session)
    .groupBy('p.round_id')
    .execute()
  const rowsOf = new Map(counts.map(({ round_id, rows }) => [round_id, rows]))
  let rest = mostRows
  const first = all.findLastIndex(({ round_id }) => {
    // One without players costs a map on the page all the same.
    rest -= rowsOf.get(round_id) ?? 1
    return rest < 0
  })
  return all.slice(first + 1)
}

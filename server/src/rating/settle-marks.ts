import { type Kysely, sql } from 'kysely'
import { rowsAsJson } from '../db/rows-as-json.ts'
import type { DB } from '../db/tables.ts'
import { countedPlayers, countedRounds } from '../report/counted.ts'
import { groupBy } from '../report/group-by.ts'
import { loadJoins } from '../report/players/joins.ts'
import { loadPartners, ROUND_COLUMNS } from '../report/session-rows.ts'
import type { RatedMap, RatedResult } from './rated-map.ts'
import { type RatedRound, ratedMapsOfSession } from './rated-maps-of-session.ts'

/** Sessions that are looked at in one transaction: some 150 ms of an evening each of twenty rounds. */
const SESSIONS = 100

/**
 * Makes the results of marked sessions say what their rounds say now, and takes the marks away. What was rated after
 * the earliest result that changed is rated again by the next replay. Returns whether there was anything to do.
 */
export async function settleMarks(trx: Kysely<DB>): Promise<boolean> {
  const marked = await takeMarks(trx)
  if (marked.length === 0) return false
  const fresh = await freshResults(trx, marked)
  const { rows: old } = await sql<StoredResult>`
    select ended_at, filename, server_id, gaming_session_id, result from rated_maps
    where gaming_session_id = any(${marked})`.execute(trx)
  const [were, are] = [
    new Map(old.map(row => [keyOf(row), row])),
    new Map(fresh.map(row => [keyOf(row), row])),
  ]
  const gone = old.filter(row => !are.has(keyOf(row)))
  const come = fresh.filter(row => !were.has(keyOf(row)))
  if (gone.length + come.length === 0) return true
  await removeResults(trx, gone)
  await addResults(trx, come)
  const earliest = Math.min(...[...gone, ...come].map(row => row.ended_at.getTime()))
  await trx.deleteFrom('rating_checkpoints').where('ended_at', '>=', new Date(earliest)).execute()
  return true
}

interface StoredResult {
  ended_at: Date
  filename: string
  server_id: number
  gaming_session_id: number
  result: RatedResult
}

function keyOf({ ended_at, filename, server_id, gaming_session_id, result }: StoredResult): string {
  return JSON.stringify([ended_at.getTime(), filename, server_id, gaming_session_id, result])
}

/** Also the sessions that hold the other half of a map of these. */
async function takeMarks(trx: Kysely<DB>): Promise<number[]> {
  // An array, which is made once: a list is looked through for each mark, of which a long history has one a round.
  const { rows } = await sql<{ gaming_session_id: number; match_id: number | null }>`
    delete from rating_marks where gaming_session_id = any(array(
      select gaming_session_id from rating_marks group by gaming_session_id order by min(mark_id) limit ${SESSIONS}))
    returning gaming_session_id, match_id`.execute(trx)
  const matches = [...new Set(rows.flatMap(({ match_id }) => match_id ?? []))]
  const halves =
    matches.length === 0
      ? []
      : await countedRounds(trx)
          .select('r.gaming_session_id')
          .distinct()
          .where('r.match_id', 'in', matches)
          .execute()
  return [...new Set([...rows, ...halves].map(row => row.gaming_session_id))]
}

async function freshResults(trx: Kysely<DB>, sessions: readonly number[]): Promise<StoredResult[]> {
  const rounds: RatedRound[] = await countedRounds(trx)
    .select([...ROUND_COLUMNS, 'r.filename', 'r.server_id'])
    .where('r.gaming_session_id', 'in', [...sessions])
    .orderBy('r.ended_at')
    .orderBy('r.filename')
    .execute()
  const partners = (await loadPartners(trx, rounds)).map(row => ({ ...row, filename: '', server_id: 0 }))
  const ids = [...rounds, ...partners].map(round => round.round_id)
  if (ids.length === 0) return []
  const sides = await countedPlayers(trx)
    .select(['p.round_id', 'p.player_guid', 'p.team'])
    .where('p.round_id', 'in', ids)
    .orderBy('p.ended_at')
    .orderBy('p.player_guid')
    .execute()
  const mainOf = await loadJoins(trx)
  const sidesOf = groupBy(
    sides.map(row => ({ ...row, player_guid: mainOf(row.player_guid) })),
    row => row.round_id,
  )
  const partnersOf = groupBy(partners, round => round.match_id)
  return [...groupBy(rounds, round => round.gaming_session_id)].flatMap(([session, own]) => {
    const matches = [...new Set(own.map(round => round.match_id))]
    const others = matches
      .flatMap(match => (match === null ? [] : (partnersOf.get(match) ?? [])))
      .filter(round => round.gaming_session_id !== session)
    const rows = [...own, ...others].flatMap(round => sidesOf.get(round.round_id) ?? [])
    return ratedMapsOfSession({ rounds: own, partners: others, sides: rows }).map(map => toRow(session, map))
  })
}

function toRow(session: number, { endedAt, filename, serverId, result }: RatedMap): StoredResult {
  return { ended_at: endedAt, filename, server_id: serverId, gaming_session_id: session, result }
}

async function removeResults(trx: Kysely<DB>, rows: readonly StoredResult[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    delete from rated_maps m using json_populate_recordset(null::rated_maps, ${rowsAsJson(rows)}::json) g
    where (m.ended_at, m.filename, m.server_id, m.gaming_session_id)
      = (g.ended_at, g.filename, g.server_id, g.gaming_session_id)`.execute(trx)
}

/** A result that moved to another session is still with its old one, where that is looked at later. */
async function addResults(trx: Kysely<DB>, rows: readonly StoredResult[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into rated_maps (ended_at, filename, server_id, gaming_session_id, result)
    select ended_at, filename, server_id, gaming_session_id, result
    from json_populate_recordset(null::rated_maps, ${rowsAsJson(rows)}::json)
    on conflict (ended_at, filename, server_id) do update
      set gaming_session_id = excluded.gaming_session_id, result = excluded.result`.execute(trx)
}

import type { RoundStatus } from '@debrief/shared'
import { type Kysely, sql } from 'kysely'
import type { DB, Outcome, PlayerStatsTable } from '../db/tables.ts'
import { countedPlayers, countedRounds, countedWeapons, isCounted } from './counted.ts'
import { type DuelRow, loadSessionDuels } from './duels.ts'
import { groupBy } from './group-by.ts'
import { loadJoins } from './players/joins.ts'
import { loadMostPresent, newestRounds } from './session-bounds.ts'

export interface RoundRow {
  round_id: number
  gaming_session_id: number
  map_name: string
  round_number: 1 | 2
  status: RoundStatus
  ended_at: Date
  round_date: string
  round_time: string
  defender_team: 1 | 2 | null
  winner_team: 0 | 1 | 2 | null
  time_limit_seconds: number | null
  duration_seconds: number | null
  outcome: Outcome | null
  match_id: number | null
  format_variant: string
  changed_at: Date
}

/** Where a player stood in a counted round: all that teams and scores rest on. */
export interface SideRow {
  round_id: number
  player_guid: string
  team: number
}

export type PlayerRow = PlayerStatsTable

/** One player's sums with one weapon over the session. */
export interface WeaponRow {
  player_guid: string
  weapon_name: string
  kills: number
  deaths: number
  shots: number
  hits: number
  headshots: number
}

export interface SessionRows {
  session: {
    gaming_session_id: number
    started_at: Date
    ended_at: Date
    changed_at: Date
    server: string
    timezone: string
  }
  /** In the order in which they were played. */
  rounds: RoundRow[]
  /** All rounds of matches that are only half in this session: a long pause fell between the two. */
  partners: RoundRow[]
  players: PlayerRow[]
  /** What is not among them, because a report has an end. */
  leftOut: { people: number; rounds: number }
  weapons: WeaponRow[]
  duels: DuelRow[]
}

export const ROUND_COLUMNS = [
  'round_id',
  'gaming_session_id',
  'map_name',
  'round_number',
  'status',
  'ended_at',
  'round_date',
  'round_time',
  'defender_team',
  'winner_team',
  'time_limit_seconds',
  'duration_seconds',
  'outcome',
  'match_id',
  'format_variant',
  'changed_at',
] as const

/** All rounds of a session in order, counted or not. */
export function loadSessionRounds(db: Kysely<DB>, session: number): Promise<RoundRow[]> {
  return db
    .selectFrom('rounds')
    .select([...ROUND_COLUMNS])
    .where('gaming_session_id', '=', session)
    .orderBy('ended_at')
    .orderBy('filename')
    .execute()
}

/**
 * Everything of one session, by index: eight statements at most, however long the history is. Null: no such session.
 * Read them in one snapshot (`readSnapshot`), or an import between two of them makes figures that never were.
 * For a report, which has an end: `mostPeople`, those in the most rounds; `mostRows` of players, those of the newest
 * rounds. Without, as sums need it: all.
 */
export async function loadSessionRows(
  db: Kysely<DB>,
  session: number,
  {
    mostRows = Number.POSITIVE_INFINITY,
    mostPeople = Number.POSITIVE_INFINITY,
  }: { mostRows?: number; mostPeople?: number } = {},
): Promise<SessionRows | null> {
  const head = await db
    .selectFrom('gaming_sessions as g')
    .innerJoin('game_servers as s', 's.server_id', 'g.server_id')
    .select(['g.gaming_session_id', 'g.started_at', 'g.ended_at', 'g.changed_at'])
    .select(['s.name as server', 's.timezone'])
    .where('g.gaming_session_id', '=', session)
    .executeTakeFirst()
  if (!head) return null
  const all = await loadSessionRounds(db, session)
  const rounds = await newestRounds(db, session, { all, mostRows })
  const ids = rounds.map(({ round_id }) => round_id)
  const isCut = ids.length < all.length
  const mainOf = await loadJoins(db)
  const { kept, others } = await loadMostPresent(db, session, mostPeople)
  const rows = await countedPlayers(db)
    .selectAll()
    .where('p.gaming_session_id', '=', session)
    .$if(others > 0, query => query.where('p.player_guid', 'in', kept))
    .$if(isCut, query => query.where(sql<boolean>`p.round_id = any(${ids}::bigint[])`))
    .orderBy('p.ended_at')
    .orderBy('p.player_guid')
    .execute()
  const players = rows.map(row => ({ ...row, player_guid: mainOf(row.player_guid) }))
  const weapons = await countedWeapons(db)
    .leftJoin('player_joins as j', 'j.player_guid', 'w.player_guid')
    .select('w.weapon_name')
    .select(({ fn }) => fn.coalesce('j.main_guid', 'w.player_guid').as('player_guid'))
    .select(({ fn }) => [
      fn.sum<number>('w.kills').as('kills'),
      fn.sum<number>('w.deaths').as('deaths'),
      fn.sum<number>('w.shots').as('shots'),
      fn.sum<number>('w.hits').as('hits'),
      fn.sum<number>('w.headshots').as('headshots'),
    ])
    .where('r.gaming_session_id', '=', session)
    .$if(others > 0, query => query.where('w.player_guid', 'in', kept))
    .$if(isCut, query => query.where(sql<boolean>`w.round_id = any(${ids}::bigint[])`))
    .groupBy([({ fn }) => fn.coalesce('j.main_guid', 'w.player_guid'), 'w.weapon_name'])
    .orderBy('player_guid')
    .orderBy('w.weapon_name')
    .execute()
  const duels = await loadSessionDuels(db, session)
  const partners = await loadPartners(db, rounds)
  const leftOut = { people: others, rounds: all.length - rounds.length }
  return { session: head, rounds, partners, players, leftOut, weapons, duels }
}

/**
 * All rounds of the matches that a session of `rounds` holds only half of; mostly there is nothing to ask for. The
 * rounds may be of several sessions.
 */
export async function loadPartners(db: Kysely<DB>, rounds: readonly RoundRow[]): Promise<RoundRow[]> {
  const inMatches = rounds.filter(round => round.match_id !== null && isCounted(round))
  const here = groupBy(inMatches, round => `${round.gaming_session_id} ${round.match_id}`)
  const halves = [...here.values()].filter(own => own.length < 2).map(own => own[0]?.match_id ?? 0)
  if (halves.length === 0) return []
  return countedRounds(db)
    .select([...ROUND_COLUMNS])
    .where('match_id', 'in', halves)
    .orderBy('ended_at')
    .execute()
}

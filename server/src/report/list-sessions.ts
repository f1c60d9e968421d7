import type { RoundStatus } from '@debrief/shared'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { TeamName } from './assign-teams.ts'
import { buildMatches } from './build-matches.ts'
import { countedPlayers, countedRounds, LATEST } from './counted.ts'
import { groupBy } from './group-by.ts'
import { loadJoins } from './players/joins.ts'
import { readSnapshot } from './read-snapshot.ts'
import { roundStart } from './round-start.ts'
import { loadPartners, ROUND_COLUMNS } from './session-rows.ts'
import { versionOf } from './session-version.ts'
import { shownName, shownText } from './shown-name.ts'

/** A line in the list of sessions. */
export interface SessionSummary {
  session: number
  server: string
  timezone: string
  startedAt: string
  endedAt: string
  /** Of each match, where the teams were reshuffled. */
  scores: { A: number; B: number; winner: TeamName | 'tie' | null }[]
  /** Names of the maps in the order of play, each once. */
  maps: string[]
  /** The newest names, in the order of GUIDs. */
  players: { guid: string; name: string }[]
  /** Counted rounds. */
  rounds: number
  /** Rounds that are in no figure. */
  notCounted: { aborted: number; waiting: number }
}

/**
 * Newest first; those whose stamps cannot be true (`LATEST`) come last, whatever they claim. `before`: only sessions
 * that stand behind that one (its number), for the next page.
 */
export function listSessions(db: Kysely<DB>, page: ListPage): Promise<SessionSummary[]> {
  return readSnapshot(db, async db => {
    const sessions = await pageOf(db, page)
    return sessions.length === 0 ? [] : summaries(db, sessions)
  })
}

/** Changes with every change of the rows behind a page of the list; a few milliseconds for a hundred sessions. */
export function sessionsVersion(db: Kysely<DB>, page: ListPage): Promise<string> {
  return readSnapshot(db, async db => {
    const ids = (await pageOf(db, page)).map(session => session.gaming_session_id)
    const { rows } = await sql<{ version: string | null }>`
      select md5(string_agg(${versionOf(sql.ref('id'))}, ' ' order by place)) as version
      from unnest(${ids}::bigint[]) with ordinality as shown (id, place)`.execute(db)
    return rows[0]?.version ?? 'empty'
  })
}

export interface ListPage {
  limit: number
  before?: number | null
}

async function pageOf(db: Kysely<DB>, { limit, before = null }: ListPage): Promise<SessionHead[]> {
  const cursor = before === null ? null : await cursorOf(db, before)
  if (before !== null && cursor === null) return []
  const likely = cursor?.isAhead ? [] : await headsOf(db, { isAhead: false, limit, cursor })
  const rest = limit - likely.length
  if (rest === 0) return likely
  const ahead = await headsOf(db, { isAhead: true, limit: rest, cursor: cursor?.isAhead ? cursor : null })
  return [...likely, ...ahead]
}

interface Cursor {
  ended_at: Date
  gaming_session_id: number
  /** In the future, by more than a wrong zone explains. */
  isAhead: boolean
}

async function cursorOf(db: Kysely<DB>, session: number): Promise<Cursor | null> {
  const cursor = await db
    .selectFrom('gaming_sessions')
    .select(['ended_at', 'gaming_session_id'])
    .select(eb => eb('ended_at', '>=', LATEST).$castTo<boolean>().as('isAhead'))
    .where('gaming_session_id', '=', session)
    .executeTakeFirst()
  return cursor ?? null
}

function headsOf(
  db: Kysely<DB>,
  { isAhead, limit, cursor }: { isAhead: boolean; limit: number; cursor: Cursor | null },
): Promise<SessionHead[]> {
  const newest = db
    .selectFrom('gaming_sessions as g')
    .innerJoin('game_servers as s', 's.server_id', 'g.server_id')
    .select(['g.gaming_session_id', 'g.started_at', 'g.ended_at', 's.name', 's.timezone'])
    .where('g.ended_at', isAhead ? '>=' : '<', LATEST)
    .orderBy('g.ended_at', 'desc')
    .orderBy('g.gaming_session_id', 'desc')
    .limit(limit)
  if (cursor === null) return newest.execute()
  const { ended_at, gaming_session_id } = cursor
  return newest
    .where(eb =>
      eb(eb.refTuple('g.ended_at', 'g.gaming_session_id'), '<', eb.tuple(ended_at, gaming_session_id)),
    )
    .execute()
}

interface SessionHead {
  gaming_session_id: number
  started_at: Date
  ended_at: Date
  name: string
  timezone: string
}

async function summaries(db: Kysely<DB>, sessions: readonly SessionHead[]): Promise<SessionSummary[]> {
  const ids = sessions.map(session => session.gaming_session_id)
  const rounds = await countedRounds(db)
    .select([...ROUND_COLUMNS])
    .where('gaming_session_id', 'in', ids)
    .orderBy('ended_at')
    .orderBy('filename')
    .execute()
  const sides = await countedPlayers(db)
    .select(['p.gaming_session_id', 'p.round_id', 'p.player_guid', 'p.clean_name', 'p.team'])
    .where('p.gaming_session_id', 'in', ids)
    .orderBy('p.ended_at')
    .orderBy('p.player_guid')
    .execute()
  const partners = await loadPartners(db, rounds)
  const mainOf = await loadJoins(db)
  const uncounted = groupBy(await loadUncounted(db, ids), row => row.gaming_session_id)
  const roundsOf = groupBy(rounds, round => round.gaming_session_id)
  const sidesOf = groupBy(sides, row => row.gaming_session_id)
  return sessions.map(session => {
    const own = roundsOf.get(session.gaming_session_id) ?? []
    const rows = sidesOf.get(session.gaming_session_id) ?? []
    const names = new Map(rows.map(row => [mainOf(row.player_guid), row.clean_name]))
    return {
      session: session.gaming_session_id,
      server: shownText(session.name),
      timezone: session.timezone,
      startedAt: (own[0] ? roundStart(own[0]) : session.started_at).toISOString(),
      endedAt: session.ended_at.toISOString(),
      scores: buildMatches(own, partners, rows).map(({ score, winner }) => ({ ...score, winner })),
      maps: [...new Set(own.map(round => round.map_name))],
      players: [...names].map(([guid, name]) => ({ guid, name: shownName(name, guid) })),
      rounds: own.length,
      notCounted: {
        aborted: numberOf(uncounted.get(session.gaming_session_id), 'aborted'),
        waiting: numberOf(uncounted.get(session.gaming_session_id), 'awaiting_round_1'),
      },
    }
  })
}

interface Uncounted {
  gaming_session_id: number
  status: RoundStatus
}

function loadUncounted(db: Kysely<DB>, sessions: readonly number[]): Promise<Uncounted[]> {
  return db
    .selectFrom('rounds')
    .select(['gaming_session_id', 'status'])
    .where('gaming_session_id', 'in', [...sessions])
    .where('status', 'in', ['aborted', 'awaiting_round_1'])
    .execute()
}

function numberOf(rounds: readonly Uncounted[] = [], status: RoundStatus): number {
  return rounds.filter(round => round.status === status).length
}

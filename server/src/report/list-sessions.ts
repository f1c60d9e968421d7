import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { TeamName } from './assign-teams.ts'
import { buildMatches } from './build-matches.ts'
import { groupBy } from './group-by.ts'
import { readSnapshot } from './read-snapshot.ts'
import { roundStart } from './round-start.ts'
import { loadPartners, ROUND_COLUMNS } from './session-rows.ts'
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
}

/** Newest first. `before`: only sessions older than that one (its number), for the next page. */
export function listSessions(
  db: Kysely<DB>,
  { limit, before = null }: { limit: number; before?: number | null },
): Promise<SessionSummary[]> {
  return readSnapshot(db, async db => {
    let newest = db
      .selectFrom('gaming_sessions as g')
      .innerJoin('game_servers as s', 's.server_id', 'g.server_id')
      .select(['g.gaming_session_id', 'g.started_at', 'g.ended_at', 's.name', 's.timezone'])
      .orderBy('g.ended_at', 'desc')
      .orderBy('g.gaming_session_id', 'desc')
      .limit(limit)
    if (before !== null) {
      const cursor = await db
        .selectFrom('gaming_sessions')
        .select(['ended_at', 'gaming_session_id'])
        .where('gaming_session_id', '=', before)
        .executeTakeFirst()
      if (!cursor) return []
      newest = newest.where(eb =>
        eb(
          eb.refTuple('g.ended_at', 'g.gaming_session_id'),
          '<',
          eb.tuple(cursor.ended_at, cursor.gaming_session_id),
        ),
      )
    }
    const sessions = await newest.execute()
    return sessions.length === 0 ? [] : summaries(db, sessions)
  })
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
  const rounds = await db
    .selectFrom('rounds')
    .select([...ROUND_COLUMNS])
    .where('gaming_session_id', 'in', ids)
    .where('status', '=', 'complete')
    .orderBy('ended_at')
    .orderBy('filename')
    .execute()
  const sides = await db
    .selectFrom('rounds as r')
    .innerJoin('player_comprehensive_stats as p', 'p.round_id', 'r.round_id')
    .select(['r.gaming_session_id', 'p.round_id', 'p.player_guid', 'p.clean_name', 'p.team'])
    .where('r.gaming_session_id', 'in', ids)
    .where('r.status', '=', 'complete')
    .orderBy('r.ended_at')
    .orderBy('p.player_guid')
    .execute()
  const partners = await loadPartners(db, rounds)
  const roundsOf = groupBy(rounds, round => round.gaming_session_id)
  const sidesOf = groupBy(sides, row => row.gaming_session_id)
  return sessions.map(session => {
    const own = roundsOf.get(session.gaming_session_id) ?? []
    const rows = sidesOf.get(session.gaming_session_id) ?? []
    const names = new Map(rows.map(row => [row.player_guid, row.clean_name]))
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
    }
  })
}

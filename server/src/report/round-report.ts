import type { RoundStatus, Source, Warning } from '@debrief/shared'
import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { TeamName } from './assign-teams.ts'
import { buildMatches, type MapResult } from './build-matches.ts'
import { countedPlayers, isCounted } from './counted.ts'
import { groupBy } from './group-by.ts'
import { playerTotals } from './load-player-totals.ts'
import type { PlayerTotals } from './player-totals.ts'
import { readSnapshot } from './read-snapshot.ts'
import { loadPartners, loadSessionRounds, ROUND_COLUMNS } from './session-rows.ts'
import { shownText } from './shown-name.ts'

/** One round: what its file says, what was made of it, and what the checks say. Plain data, as SessionReport. */
export interface RoundReport {
  roundId: number
  session: number
  server: string
  timezone: string
  map: string
  roundNumber: 1 | 2
  status: RoundStatus
  endedAt: string
  /** The file name's stamp: the game server's clock. */
  local: { date: string; time: string }
  hostName: string
  config: string | null
  defender: Side | null
  winner: Side | 'draw' | null
  /** Round 1: the map's limit. Round 2: the time to beat. */
  timeLimitSeconds: number | null
  durationSeconds: number | null
  formatVariant: string
  /** Most kills first. Spectators are those who stood by at the end. */
  sides: { axis: SideReport; allies: SideReport; spectators: PlayerTotals[] }
  file: {
    name: string
    sha256: string
    bytes: number
    source: Source
    receivedAt: string
    processedAt: string
    modifiedAt: string | null
  }
  /** The seven checks in their order; each is passed unless it warns. */
  checks: { check: number; title: string; warnings: Warning[] }[]
  /** Those that are of no check. */
  notices: Warning[]
  /** The map's result with this, its second round; null for a first round and for what does not count. */
  mapResult: MapResult | null
}

type Side = 'axis' | 'allies'

interface SideReport {
  /** In the session; null: the line-ups do not tell. */
  team: TeamName | null
  players: PlayerTotals[]
}

/** What each of the seven checks compares. */
const CHECK_TITLES = [
  'players in the file and in the database',
  'weapon rows in the file and in the database',
  'kills in the file and in the database',
  'deaths in the file and in the database',
  'kills and deaths balance',
  'damage given and received balance',
  'figures that the file states twice',
]

/** Null: there is no such round. */
export function loadRoundReport(db: Kysely<DB>, roundId: number): Promise<RoundReport | null> {
  return readSnapshot(db, async db => {
    const round = await db
      .selectFrom('rounds as r')
      .innerJoin('game_servers as s', 's.server_id', 'r.server_id')
      .innerJoin('processed_files as f', 'f.file_id', 'r.file_id')
      .select(ROUND_COLUMNS.map(column => `r.${column}` as const))
      .select([
        'r.filename',
        'r.host_name',
        'r.config',
        's.name as server',
        's.timezone',
        'f.sha256',
        'f.bytes',
      ])
      .select(['f.source', 'f.received_at', 'f.processed_at', 'f.file_modified_at', 'f.warnings'])
      .where('r.round_id', '=', roundId)
      .executeTakeFirst()
    if (!round) return null
    const rows = await db
      .selectFrom('player_comprehensive_stats')
      .select(['player_guid', 'team'])
      .where('round_id', '=', roundId)
      .execute()
    const totals = await playerTotals(db, { kind: 'round', roundId })
    const { map, axisTeam } = await placeInSession(db, round.gaming_session_id, roundId)
    const players = groupBy(totals, player => sideOf(rows, player.guid))
    const onSide = (side: number, team: TeamName | null): SideReport => ({
      team,
      players: (players.get(side) ?? []).map(player => ({ ...player, team })),
    })
    const alliesTeam = axisTeam === null ? null : axisTeam === 'A' ? 'B' : 'A'
    return {
      roundId,
      session: round.gaming_session_id,
      server: shownText(round.server),
      timezone: round.timezone,
      map: round.map_name,
      roundNumber: round.round_number,
      status: round.status,
      endedAt: round.ended_at.toISOString(),
      local: { date: round.round_date, time: round.round_time },
      hostName: shownText(round.host_name),
      config: round.config === null ? null : shownText(round.config),
      defender: round.defender_team === null ? null : round.defender_team === 1 ? 'axis' : 'allies',
      winner: round.winner_team === null ? null : (['draw', 'axis', 'allies'] as const)[round.winner_team],
      timeLimitSeconds: round.time_limit_seconds,
      durationSeconds: round.duration_seconds,
      formatVariant: round.format_variant,
      sides: { axis: onSide(1, axisTeam), allies: onSide(2, alliesTeam), spectators: players.get(0) ?? [] },
      file: {
        name: shownText(round.filename),
        sha256: round.sha256,
        bytes: round.bytes,
        source: round.source,
        receivedAt: round.received_at.toISOString(),
        processedAt: round.processed_at.toISOString(),
        modifiedAt: round.file_modified_at?.toISOString() ?? null,
      },
      checks: CHECK_TITLES.map((title, index) => ({
        check: index + 1,
        title,
        warnings: round.warnings.filter(warning => warning.check === index + 1),
      })),
      notices: round.warnings.filter(warning => warning.check === undefined),
      mapResult: round.round_number === 2 && isCounted(round) ? map : null,
    }
  })
}

function sideOf(rows: readonly { player_guid: string; team: number }[], guid: string): number {
  const team = rows.find(row => row.player_guid === guid)?.team
  return team === 1 || team === 2 ? team : 0
}

/** Teams are known only from the whole session: which of them was on Axis, and what the round's map came to. */
async function placeInSession(
  db: Kysely<DB>,
  session: number,
  roundId: number,
): Promise<{ map: MapResult | null; axisTeam: TeamName | null }> {
  const rounds = await loadSessionRounds(db, session)
  const sides = await countedPlayers(db)
    .select(['p.round_id', 'p.player_guid', 'p.team'])
    .where('p.gaming_session_id', '=', session)
    .execute()
  const matches = buildMatches(rounds, await loadPartners(db, rounds), sides)
  const map = matches
    .flatMap(match => match.maps)
    .find(each => each.rounds.some(round => round.roundId === roundId))
  const own = map?.rounds.find(round => round.roundId === roundId)
  return { map: map ?? null, axisTeam: own?.axisTeam ?? null }
}

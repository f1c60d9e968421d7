import { CHECK_CODES } from '@debrief/shared'
import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { opponent, type TeamName } from './assign-teams.ts'
import { type BothRounds, bothRounds, type TogetherPlayer } from './both-rounds.ts'
import { buildMatches, type MapResult } from './build-matches.ts'
import { countedPlayers, isCounted } from './counted.ts'
import { type CountsOnReport, countsOnReport } from './counts-on-report.ts'
import { clock } from './forms.ts'
import { groupBy } from './group-by.ts'
import { playerTotals } from './load-player-totals.ts'
import { loadRoundEndstats } from './load-round-endstats.ts'
import { localTime } from './local-time.ts'
import { loadDecidedNames } from './players/decided-names.ts'
import { loadJoins } from './players/joins.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { MissedRound, RoundReport, SideReport, Sides } from './round-report.ts'
import { roundStart } from './round-start.ts'
import { loadPartners, loadSessionRounds, ROUND_COLUMNS } from './session-rows.ts'
import { shownText } from './shown-name.ts'

/** Null: there is no such round. */
export function loadRoundReport(db: Kysely<DB>, roundId: number): Promise<RoundReport | null> {
  return readSnapshot(db, async db => {
    const round = await loadRow(db, roundId)
    if (!round) return null
    const { map, axisTeam } = await teamsInSession(db, round.gaming_session_id, roundId)
    const isWaiting = round.status === 'awaiting_round_1'
    const { warnings } = round
    const sides = await loadSides(db, roundId, axisTeam)
    return {
      ...headOf(round),
      countsOn: round.counts_on && countsOnReport(round.counts_on, baseOf(round)),
      sides,
      leftOut: warnings.filter(({ code }) => LEFT_OUT.has(code)),
      missing: isWaiting ? missedRound(round) : null,
      bothRoundsTogether: isWaiting ? await loadBothRounds(db, round.file_id) : null,
      file: fileOf(round),
      checks: Object.values(CHECK_CODES).map(({ number, title }) => ({
        check: number,
        title,
        warnings: warnings.filter(({ check }) => check === number),
      })),
      notices: warnings.filter(({ check, code }) => check === undefined && !LEFT_OUT.has(code)),
      endstats: await loadRoundEndstats(db, roundId, sides),
      mapResult: round.round_number === 2 && isCounted(round) ? map : null,
    }
  })
}

/** Warnings that say that a player's line stands in no figure. */
const LEFT_OUT: ReadonlySet<string> = new Set(['carry_unresolved', 'impossible_time'])

type Row = NonNullable<Awaited<ReturnType<typeof loadRow>>>

function loadRow(db: Kysely<DB>, roundId: number) {
  return db
    .selectFrom('rounds as r')
    .innerJoin('game_servers as s', 's.server_id', 'r.server_id')
    .innerJoin('processed_files as f', 'f.file_id', 'r.file_id')
    .leftJoin('rounds as base', 'base.file_id', 'r.base_file_id')
    .select(ROUND_COLUMNS.map(column => `r.${column}` as const))
    .select(['r.file_id', 'r.filename', 'r.host_name', 'r.config', 'r.counts_on', 'r.rules_version'])
    .select(['s.name as server', 's.timezone', 'f.sha256', 'f.bytes', 'f.source', 'f.received_at'])
    .select(['f.processed_at', 'f.file_modified_at', 'f.warnings'])
    .select([
      'base.round_id as base_round_id',
      'base.map_name as base_map',
      'base.round_number as base_number',
    ])
    .where('r.round_id', '=', roundId)
    .executeTakeFirst()
}

function headOf(round: Row) {
  return {
    roundId: round.round_id,
    session: round.gaming_session_id,
    server: shownText(round.server),
    timezone: round.timezone,
    map: round.map_name,
    roundNumber: round.round_number,
    status: round.status,
    outcome: round.outcome,
    endedAt: round.ended_at.toISOString(),
    local: { date: round.round_date, time: round.round_time },
    hostName: shownText(round.host_name),
    config: round.config === null ? null : shownText(round.config),
    defender: round.defender_team === null ? null : round.defender_team === 1 ? 'axis' : 'allies',
    winner: round.winner_team === null ? null : (['draw', 'axis', 'allies'] as const)[round.winner_team],
    timeLimitSeconds: round.time_limit_seconds,
    durationSeconds: round.duration_seconds,
    formatVariant: round.format_variant,
    rulesVersion: round.rules_version,
  } as const
}

function fileOf(round: Row): RoundReport['file'] {
  return {
    name: shownText(round.filename),
    sha256: round.sha256,
    bytes: round.bytes,
    source: round.source,
    receivedAt: round.received_at.toISOString(),
    processedAt: round.processed_at.toISOString(),
    modifiedAt: round.file_modified_at?.toISOString() ?? null,
  }
}

function baseOf({ base_round_id, base_map, base_number }: Row): CountsOnReport['round'] {
  if (base_round_id === null || base_map === null || base_number === null) return null
  return { roundId: base_round_id, map: base_map, roundNumber: base_number }
}

/** `a round 1 of supply on etl that ended before 2026-05-05 21:39, with a time to beat of 9:54`. */
function missedRound(round: Row): MissedRound {
  const server = shownText(round.server)
  const { date, time } = localTime(roundStart(round), round.timezone)
  const endedBefore = `${date} ${time.slice(0, 5)}`
  const target = round.time_limit_seconds
  const toBeat = target === null ? '' : `, with a time to beat of ${clock(target)}`
  return {
    server,
    map: round.map_name,
    endedBefore,
    timeToBeatSeconds: target,
    text: `a round 1 of ${round.map_name} on ${server} that ended before ${endedBefore}${toBeat}`,
  }
}

async function loadBothRounds(db: Kysely<DB>, fileId: number): Promise<BothRounds | null> {
  const file = await db
    .selectFrom('processed_files')
    .select('content')
    .where('file_id', '=', fileId)
    .executeTakeFirst()
  const both = file ? bothRounds(file.content) : null
  if (both === null) return null
  const { shown } = await loadDecidedNames(db)
  const named = (players: readonly TogetherPlayer[]) =>
    players.map(player => ({
      ...player,
      ...shown(player.guid, { clean: player.name, raw: player.colouredName }),
    }))
  return { axis: named(both.axis), allies: named(both.allies), spectators: named(both.spectators) }
}

async function loadSides(db: Kysely<DB>, roundId: number, axisTeam: TeamName | null): Promise<Sides> {
  const rows = await db
    .selectFrom('player_comprehensive_stats')
    .select(['player_guid', 'team'])
    .where('round_id', '=', roundId)
    .execute()
  const totals = await playerTotals(db, { kind: 'round', roundId })
  const mainOf = await loadJoins(db)
  const mains = rows.map(row => ({ ...row, player_guid: mainOf(row.player_guid) }))
  const players = groupBy(totals, player => sideOf(mains, player.guid))
  const onSide = (side: number, team: TeamName | null): SideReport => ({
    team,
    players: (players.get(side) ?? []).map(player => ({ ...player, team })),
  })
  return {
    axis: onSide(1, axisTeam),
    allies: onSide(2, axisTeam && opponent(axisTeam)),
    spectators: players.get(0) ?? [],
  }
}

function sideOf(rows: readonly { player_guid: string; team: number }[], guid: string): number {
  const team = rows.find(row => row.player_guid === guid)?.team
  return team === 1 || team === 2 ? team : 0
}

/** Teams are known only from the whole session: which of them was on Axis, and what the round's map came to. */
async function teamsInSession(
  db: Kysely<DB>,
  session: number,
  roundId: number,
): Promise<{ map: MapResult | null; axisTeam: TeamName | null }> {
  const rounds = await loadSessionRounds(db, session)
  const sides = await countedPlayers(db)
    .select(['p.round_id', 'p.player_guid', 'p.team'])
    .where('p.gaming_session_id', '=', session)
    .execute()
  const mainOf = await loadJoins(db)
  const mains = sides.map(row => ({ ...row, player_guid: mainOf(row.player_guid) }))
  const matches = buildMatches(rounds, await loadPartners(db, rounds), mains)
  const map = matches
    .flatMap(match => match.maps)
    .find(each => each.rounds.some(round => round.roundId === roundId))
  const own = map?.rounds.find(round => round.roundId === roundId)
  return { map: map ?? null, axisTeam: own?.axisTeam ?? null }
}

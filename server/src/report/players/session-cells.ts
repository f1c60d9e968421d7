import { setImmediate as nextTurn } from 'node:timers/promises'
import type {
  AwardCell,
  MapCell,
  MapResultCell,
  MapRoundCell,
  NameCell,
  PlayerCell,
  RecordCell,
  WeaponSums,
} from '../../db/player-cells.ts'
import { AGGREGATES, aggregate } from '../aggregate.ts'
import { awards } from '../awards.ts'
import { buildMatches } from '../build-matches.ts'
import { isCounted } from '../counted.ts'
import { groupBy } from '../group-by.ts'
import { totalsOfRows } from '../player-totals.ts'
import type { SessionRows } from '../session-rows.ts'
import { gamesOf, isHuman, type PlayedRow } from './human-rounds.ts'
import { mapCells } from './map-cells.ts'
import { mapRoundCells } from './map-round-cells.ts'
import { attackOfRounds, mapsOfPlayers, type PlayedMap } from './played-maps.ts'
import { recordCells } from './record-cells.ts'
import { type RoundWeapon, usedInRounds } from './round-weapon.ts'

export interface SessionCells {
  players: PlayerCell[]
  maps: MapCell[]
  results: MapResultCell[]
  rounds: MapRoundCell[]
  names: NameCell[]
  records: RecordCell[]
  awards: AwardCell[]
}

/** The order of the sums in a cell; cells of another order are made anew. */
export const SUM_LAYOUT = AGGREGATES.map(({ name }) => name).join(', ')

/**
 * All that players' pages keep of one session: a function of its rounds and of which GUIDs are one person, and of nothing
 * else. It lets the process do something else in between: the session of a server that never rests has thousands of
 * rounds. `mainOf`: the main GUID of a joined one.
 */
export async function sessionCells(
  rows: SessionRows,
  roundWeapons: readonly RoundWeapon[],
  mainOf: (guid: string) => string = guid => guid,
): Promise<SessionCells> {
  const matches = buildMatches(rows.rounds, rows.partners, rows.players)
  const rounds = rows.rounds.filter(isCounted)
  const endOf = new Map(rounds.map(round => [round.round_id, round.ended_at]))
  const playedGames = gamesOf(rows.players.map(row => ({ ...row, player_guid: mainOf(row.player_guid) })))
  const own = rows.players
    .filter(row => playedGames.has(row.round_id) && isHuman(row.player_guid))
    .map(row => ({ ...row, ended_at: endOf.get(row.round_id) ?? rows.session.ended_at }))
    .map(row => ({ ...row, player_guid: mainOf(row.player_guid) }))
  const games = new Set(own.map(row => row.round_id))
  const weapons = roundWeapons
    .filter(({ round_id, player_guid }) => games.has(round_id) && isHuman(player_guid))
    .map(row => ({ ...row, player_guid: mainOf(row.player_guid) }))
  const session = rows.session.gaming_session_id
  const played = mapsOfPlayers(session, matches, { games, rounds, mainOf })
  const attacks = attackOfRounds(matches)
  const gameRounds = mapRoundCells(
    session,
    rounds.filter(round => games.has(round.round_id)),
    attacks,
  )
  await nextTurn()
  const players = playerCells(session, own, weapons, played)
  await nextTurn()
  const maps = mapCells(session, { rows: own, rounds, played })
  await nextTurn()
  const records = await recordCells(session, { rows: own, rounds, weapons, gameRounds })
  return {
    ...{ players, maps, records },
    results: played.map(({ date: _date, ...result }) => result),
    rounds: gameRounds,
    names: nameCells(session, own),
    awards: awardCells(session, rows),
  }
}

function playerCells(
  session: number,
  rows: readonly PlayedRow[],
  weapons: readonly RoundWeapon[],
  played: readonly PlayedMap[],
): PlayerCell[] {
  const weaponsOf = groupBy(weapons, row => `${row.round_id} ${row.player_guid}`)
  const mapsOf = groupBy(played, map => `${map.date} ${map.player_guid}`)
  return [...groupBy(rows, row => `${row.round_date} ${row.player_guid}`)].flatMap(([key, own]) => {
    const [first, last] = [own[0], own.at(-1)]
    if (!first || !last) return []
    const used = usedInRounds(own, weaponsOf)
    const aimed = used.filter(({ weapon_name }) => weapon_name !== 'syringe')
    const sums = aggregate(own)
    const maps = mapsOf.get(key) ?? []
    return {
      gaming_session_id: session,
      round_date: first.round_date,
      player_guid: first.player_guid,
      first_ended_at: first.ended_at,
      last_ended_at: last.ended_at,
      rounds: new Set(own.map(row => row.round_id)).size,
      maps: maps.length,
      maps_won: maps.filter(({ team, winner }) => team === winner).length,
      shots: aimed.reduce((total, { shots }) => total + shots, 0),
      hits: aimed.reduce((total, { hits }) => total + hits, 0),
      sums: AGGREGATES.map(({ name }) => sums.get(name) ?? null),
      weapons: weaponSums(used),
    }
  })
}

function weaponSums(rows: readonly RoundWeapon[]): Record<string, WeaponSums> {
  const sums: Record<string, WeaponSums> = {}
  for (const { weapon_name, kills, deaths, shots, hits, headshots } of rows) {
    const own = sums[weapon_name] ?? [0, 0, 0, 0, 0]
    sums[weapon_name] = [own[0] + kills, own[1] + deaths, own[2] + shots, own[3] + hits, own[4] + headshots]
  }
  return sums
}

function nameCells(session: number, rows: readonly PlayedRow[]): NameCell[] {
  return [...groupBy(rows, row => `${row.player_guid} ${row.player_name}`).values()].flatMap(own => {
    const [first, last] = [own[0], own.at(-1)]
    if (!first || !last) return []
    const { player_guid, player_name, clean_name } = last
    return {
      ...{ gaming_session_id: session, player_guid, player_name, clean_name },
      first_ended_at: first.ended_at,
      last_ended_at: last.ended_at,
    }
  })
}

/** Those that the session's report shows, as it shows them. */
function awardCells(session: number, { players, weapons }: SessionRows): AwardCell[] {
  return awards(totalsOfRows(players, weapons)).flatMap(({ id, value, winners }) =>
    winners
      .filter(({ guid }) => isHuman(guid))
      .map(({ guid }) => ({ gaming_session_id: session, award: id, player_guid: guid, value })),
  )
}

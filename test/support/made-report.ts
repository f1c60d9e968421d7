import { buildSessionReport } from '../../server/src/report/build-session-report.ts'
import type { NewRecord } from '../../server/src/report/players/new-records.ts'
import { RECORD_ORDER, recordForm } from '../../server/src/report/players/record-rules.ts'
import type { SessionReport } from '../../server/src/report/session-report.ts'
import type { PlayerRow, RoundRow, SessionRows, WeaponRow } from '../../server/src/report/session-rows.ts'

interface Shape {
  names: readonly string[]
  maps: number
  /** Teams are drawn anew on every map: as many matches as maps. */
  isShuffled?: boolean
}

/** A report of made-up rounds for any number of players and maps: figures grow with the place in `names`. */
export function madeReport({ names, maps, isShuffled = false }: Shape): SessionReport {
  const rounds: RoundRow[] = []
  const players: PlayerRow[] = []
  for (let map = 0; map < maps; map += 1) {
    for (const roundNumber of [1, 2] as const) {
      const round = roundOf(map, roundNumber)
      rounds.push(round)
      names.forEach((name, index) => {
        const offset = isShuffled ? Math.floor(index / (map + 1)) : index
        players.push(playerOf(round, name, index, ((offset + roundNumber) % 2) + 1))
      })
    }
  }
  const weapons = names.flatMap((_, index) =>
    WEAPON_NAMES.map(weapon => weaponOf(guidOf(index), weapon, index)),
  )
  return buildSessionReport(
    {
      session: SESSION,
      rounds,
      partners: [],
      players,
      leftOut: { people: 0, rounds: 0 },
      weapons,
      duels: duelsOf(names),
    },
    {
      newRecords: names.slice(0, 2 * RECORD_ORDER.length).map((_, index) => recordOf(index)),
      roundAwards: names.map((_, index) => ({ player_guid: guidOf(index), won: names.length - index })),
    },
  )
}

/** In turns of all maps and of one. */
function recordOf(index: number): NewRecord {
  const category = RECORD_ORDER[index % RECORD_ORDER.length] ?? 'kills'
  const { title, rule, show } = recordForm(category)
  const before = { value: 20 + index, figure: show(20 + index) }
  return {
    ...{ scope: 'round', category, title, rule, map: index % 2 === 0 ? null : 'map_0_with_a_long_name' },
    ...{ value: 30 + index, figure: show(30 + index), before, players: [guidOf(index)], roundId: 1 },
  }
}

const WEAPON_NAMES = ['mp40', 'thompson', 'grenade', 'knife_kbar', 'syringe']
const START = Date.UTC(2026, 4, 5, 19)

const SESSION: SessionRows['session'] = {
  gaming_session_id: 12,
  started_at: new Date(START),
  ended_at: new Date(START + 7_200_000),
  changed_at: new Date(START + 7_300_000),
  server: 'made',
  timezone: 'Europe/Ljubljana',
}

function roundOf(map: number, roundNumber: 1 | 2): RoundRow {
  const number = 2 * map + roundNumber
  return {
    round_id: number,
    gaming_session_id: 12,
    map_name: `map_${map}_with_a_long_name`,
    round_number: roundNumber,
    status: 'complete',
    ended_at: new Date(START + number * 600_000),
    round_date: '2026-05-05',
    round_time: '21:00:00',
    defender_team: 1,
    winner_team: 2,
    time_limit_seconds: 720,
    duration_seconds: 300 + number,
    outcome: 'completed',
    match_id: map + 1,
    format_variant: 'c0rnp0rn8',
    changed_at: new Date(START + 7_300_000),
  }
}

function guidOf(index: number): string {
  return index % 7 === 6 ? `OMNIBOT0-${index}` : `GUID${String(index).padStart(4, '0')}`
}

function playerOf(round: RoundRow, name: string, index: number, team: number): PlayerRow {
  const some = 100 - index
  const columns = Object.fromEntries(FIGURES.map(figure => [figure, some])) as unknown as PlayerRow
  return {
    ...columns,
    round_id: round.round_id,
    round_date: round.round_date,
    map_name: round.map_name,
    round_number: round.round_number,
    player_guid: guidOf(index),
    player_name: name,
    clean_name: name,
    team,
    kills: some,
    deaths: 50 + index,
    damage_given: 3000 + some,
    damage_received: 2900,
    headshots: 5,
    time_played_seconds: 300,
  }
}

function weaponOf(guid: string, weapon: string, index: number): WeaponRow {
  return {
    player_guid: guid,
    weapon_name: weapon,
    kills: 100 - index,
    deaths: 3,
    shots: 900,
    hits: 300,
    headshots: 30,
  }
}

/** Each fought the next one. */
function duelsOf(names: readonly string[]): SessionRows['duels'] {
  return names.slice(1).flatMap((_, index) => {
    const [one, other] = [guidOf(index), guidOf(index + 1)]
    const [kills, deaths] = [20 + (index % 7), 10 + (index % 5)]
    return [
      { player_guid: one, opponent_guid: other, kills, deaths },
      { player_guid: other, opponent_guid: one, kills: deaths, deaths: kills },
    ]
  })
}

const FIGURES = [
  ...[
    'team_damage_given',
    'team_damage_received',
    'gibs',
    'self_kills',
    'team_kills',
    'team_gibs',
    'headshot_kills',
  ],
  ...['time_dead_minutes', 'xp', 'bullets_fired', 'kill_assists', 'objectives_stolen', 'objectives_returned'],
  ...['dynamites_planted', 'dynamites_defused', 'times_revived', 'revives_given', 'most_useful_kills'],
  ...[
    'useless_kills',
    'kill_steals',
    'denied_playtime',
    'constructions',
    'double_kills',
    'triple_kills',
    'quad_kills',
  ],
  ...['multi_kills', 'mega_kills', 'killing_spree_best', 'death_spree_worst', 'full_selfkills'],
]

import type { Warning } from '@debrief/shared'
import type { PlayerStatsTable, WeaponStatsTable } from '../db/tables.ts'
import { V, VALUE_COLUMNS } from '../parse/columns.ts'
import type { PlayerLine, WeaponCell } from '../parse/player-line.ts'
import { MAX_NAME_LENGTH, type RoundFile } from '../parse/round-file.ts'
import { SYRINGE, WEAPONS } from '../parse/weapons.ts'
import { carried, longestMinutes } from './carried.ts'
import { matchLines } from './match-lines.ts'
import { playerGuids } from './player-guids.ts'
import { deriveTimes } from './player-times.ts'

type RoundColumns = 'round_id' | 'round_date' | 'map_name' | 'round_number'
export type PlayerFigures = Omit<PlayerStatsTable, RoundColumns>
export type WeaponFigures = Omit<WeaponStatsTable, 'round_id'>

/** One player's part in one round, and the lines that it was made of. */
export interface DerivedPlayer {
  figures: PlayerFigures
  weapons: WeaponFigures[]
  line: PlayerLine
  /** The line that was subtracted; null: nothing was. */
  base: PlayerLine | null
}

export interface DerivedRound {
  players: DerivedPlayer[]
  /** Players whose figures hold an attempt that is not here: left out until it comes. */
  notices: Warning[]
}

/**
 * This round's own figures from the raw files: the file itself, the one whose counters it goes on from (`base`), and
 * the round 1 of its match, which names the bots. Pure; units as in the column table.
 */
export function deriveRound(file: RoundFile, base: RoundFile | null, round1: RoundFile | null): DerivedRound {
  const guids = playerGuids(file, round1 === file ? null : round1)
  const lines = base ? matchLines(file.players, base.players, file.header) : new Map<PlayerLine, PlayerLine>()
  const derived: DerivedRound = { players: [], notices: [] }
  for (const line of file.players) {
    const earlier = lines.get(line) ?? null
    const verdict = earlier ? carried(line, earlier, file.header) : 'fresh'
    const guid = guids.get(line) ?? line.guid8
    if (verdict === 'contradicted' || (!base && holdsMoreThanThisRound(line, file))) {
      derived.notices.push(unresolved(line, guid))
      continue
    }
    derived.players.push(derivePlayer(file, line, verdict === 'carried' ? earlier : null, base, guid))
  }
  return derived
}

/** On a team for longer than the round lasted, and the engine says that the counters span more than one round. */
function holdsMoreThanThisRound(line: PlayerLine, file: RoundFile): boolean {
  const longest = longestMinutes(file.header)
  const minutes = line.values[V.minutesOnTeam] ?? null
  return line.rounds > 0 && longest !== null && minutes !== null && minutes > longest
}

function unresolved(line: PlayerLine, guid: string): Warning {
  return {
    code: 'carry_unresolved',
    expected: null,
    actual: guid,
    message: `The figures in line ${line.line} include an attempt whose file is not here; they wait for it.`,
  }
}

function derivePlayer(
  file: RoundFile,
  line: PlayerLine,
  earlier: PlayerLine | null,
  base: RoundFile | null,
  guid: string,
): DerivedPlayer {
  const weapons = [...differenceOfWeapons(line, earlier)]
  const sum = (pick: (cell: WeaponCell) => number, but?: number) =>
    weapons.reduce((total, [index, cell]) => (index === but ? total : total + pick(cell)), 0)
  const kills = sum(cell => cell.kills)
  const deaths = sum(cell => cell.deaths)
  const received = difference(line, earlier, V.damageReceived)
  const given = difference(line, earlier, V.damageGiven)
  const times = deriveTimes(file.header, line, earlier, base)
  const figures: PlayerFigures = {
    ...emptyFigures(),
    ...columnFigures(line, earlier),
    player_guid: guid,
    player_name: cut(line.name),
    clean_name: cut(line.cleanName),
    team: line.team,
    kills,
    deaths,
    headshots: sum(cell => cell.headshots),
    ...times,
    tank_meatshield: deriveTank(line, earlier, received, deaths),
    kd_ratio: deaths === 0 ? kills : kills / deaths,
    dpm: given !== null && times.time_played_seconds ? (given * 60) / times.time_played_seconds : null,
    efficiency: kills + deaths === 0 ? null : (100 * kills) / (kills + deaths),
    accuracy: percentOf(
      sum(cell => cell.hits, SYRINGE),
      sum(cell => cell.shots, SYRINGE),
    ),
  }
  return {
    figures,
    weapons: weapons.filter(isUsed).map(([index, cell]) => weaponFigures(guid, index, cell)),
    line,
    base: earlier,
  }
}

/** What the column table says: cumulative ones subtracted, the script's own as they stand. */
function columnFigures(line: PlayerLine, earlier: PlayerLine | null): Partial<PlayerFigures> {
  const figures: Record<string, number | null> = {}
  for (const { index, column, carry } of VALUE_COLUMNS) {
    if (column === null) continue
    figures[column] = carry === 'cumulative' ? difference(line, earlier, index) : (line.values[index] ?? null)
  }
  return figures
}

function difference(line: PlayerLine, earlier: PlayerLine | null, index: number): number | null {
  const value = line.values[index] ?? null
  if (!earlier || value === null) return value
  const before = earlier.values[index] ?? null
  return before === null ? null : value - before
}

function* differenceOfWeapons(line: PlayerLine, earlier: PlayerLine | null): Generator<[number, WeaponCell]> {
  for (const [index, cell] of line.weapons) {
    const before = earlier?.weapons.get(index)
    if (!before) yield [index, cell]
    else {
      yield [
        index,
        {
          hits: cell.hits - before.hits,
          shots: cell.shots - before.shots,
          kills: cell.kills - before.kills,
          deaths: cell.deaths - before.deaths,
          headshots: cell.headshots - before.headshots,
        },
      ]
    }
  }
}

function isUsed([, cell]: [number, WeaponCell]): boolean {
  return cell.hits !== 0 || cell.shots !== 0 || cell.kills !== 0 || cell.deaths !== 0 || cell.headshots !== 0
}

function weaponFigures(guid: string, index: number, cell: WeaponCell): WeaponFigures {
  return {
    player_guid: guid,
    weapon_name: WEAPONS[index]?.name ?? `weapon ${index}`,
    ...cell,
    accuracy: percentOf(cell.hits, cell.shots),
  }
}

/**
 * The script: damage received a death, in units of a fresh player's 130 HP, and 0 unless over 3. As a ratio it is made
 * again where something was subtracted.
 */
function deriveTank(
  line: PlayerLine,
  earlier: PlayerLine | null,
  received: number | null,
  deaths: number,
): number | null {
  const stated = line.values[V.tank] ?? null
  if (!earlier || stated === null || received === null) return stated
  const ratio = received / Math.max(deaths, 1) / 130
  return ratio > 3 ? Math.round(ratio * 10) / 10 : 0
}

/** Nothing by nothing is unknown, not 0. */
function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole
}

function cut(name: string): string {
  const characters = [...name]
  return characters.length <= MAX_NAME_LENGTH ? name : characters.slice(0, MAX_NAME_LENGTH).join('')
}

/** Every column that the table of values may leave out in an older variant: unknown. */
function emptyFigures(): PlayerFigures {
  return {
    player_guid: '',
    player_name: '',
    clean_name: '',
    team: 0,
    kills: 0,
    deaths: 0,
    headshots: 0,
    damage_given: null,
    damage_received: null,
    team_damage_given: null,
    team_damage_received: null,
    gibs: null,
    self_kills: null,
    team_kills: null,
    team_gibs: null,
    headshot_kills: null,
    time_played_seconds: null,
    time_played_minutes: null,
    time_played_percent: null,
    time_dead_minutes: null,
    time_dead_ratio: null,
    xp: null,
    kd_ratio: null,
    dpm: null,
    efficiency: null,
    bullets_fired: null,
    accuracy: null,
    kill_assists: null,
    objectives_stolen: null,
    objectives_returned: null,
    dynamites_planted: null,
    dynamites_defused: null,
    times_revived: null,
    revives_given: null,
    most_useful_kills: null,
    useless_kills: null,
    kill_steals: null,
    denied_playtime: null,
    constructions: null,
    tank_meatshield: null,
    double_kills: null,
    triple_kills: null,
    quad_kills: null,
    multi_kills: null,
    mega_kills: null,
    killing_spree_best: null,
    death_spree_worst: null,
    full_selfkills: null,
  }
}

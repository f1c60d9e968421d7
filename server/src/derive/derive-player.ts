import type { PlayerStatsTable, WeaponStatsTable } from '../db/tables.ts'
import { V, VALUE_COLUMNS, type ValueColumnName } from '../parse/columns.ts'
import type { PlayerLine, WeaponCell } from '../parse/player-line.ts'
import { MAX_NAME_LENGTH, type RoundFile } from '../parse/round-file.ts'
import { SYRINGE, WEAPONS } from '../parse/weapons.ts'
import { deriveTimes } from './player-times.ts'
import { isUsed, weaponDifference } from './weapon-difference.ts'

type RoundColumns = 'round_id' | 'round_date' | 'map_name' | 'round_number'
type PlayerFigures = Omit<PlayerStatsTable, RoundColumns>
type WeaponFigures = Omit<WeaponStatsTable, 'round_id'>

/** One player's part in one round, and the lines that it was made of. */
export interface DerivedPlayer {
  figures: PlayerFigures
  weapons: WeaponFigures[]
  line: PlayerLine
  /** The line that was subtracted; null: nothing was. */
  base: PlayerLine | null
}

/** The figures of one line; `earlier` is the line that it goes on from, in the file `base`. */
export function derivePlayer(
  file: RoundFile,
  line: PlayerLine,
  earlier: PlayerLine | null,
  base: RoundFile | null,
  guid: string,
): DerivedPlayer {
  const weapons = weaponDifference(line, earlier)
  const sum = (pick: (cell: WeaponCell) => number, but?: number) =>
    weapons.reduce((total, [index, cell]) => (index === but ? total : total + pick(cell)), 0)
  const kills = sum(cell => cell.kills)
  const deaths = sum(cell => cell.deaths)
  const received = difference(line, earlier, V.damageReceived)
  const given = difference(line, earlier, V.damageGiven)
  const times = deriveTimes(file.header, line, earlier, base)
  const figures: PlayerFigures = {
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
function columnFigures(line: PlayerLine, earlier: PlayerLine | null): Record<ValueColumnName, number | null> {
  const figures = VALUE_COLUMNS.filter(({ column }) => column !== null).map(({ index, column, carry }) => [
    column,
    carry === 'cumulative' ? difference(line, earlier, index) : (line.values[index] ?? null),
  ])
  return Object.fromEntries(figures)
}

function difference(line: PlayerLine, earlier: PlayerLine | null, index: number): number | null {
  const value = line.values[index] ?? null
  if (!earlier || value === null) return value
  const before = earlier.values[index] ?? null
  return before === null ? null : value - before
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

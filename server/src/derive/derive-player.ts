import { NOTICE_CODES, type Warning } from '@debrief/shared'
import type { PlayerStatsTable, WeaponStatsTable } from '../db/tables.ts'
import { V, VALUE_COLUMNS, type ValueColumnName } from '../parse/columns.ts'
import type { PlayerLine, WeaponCell } from '../parse/player-line.ts'
import { cutName, type RoundFile } from '../parse/round-file.ts'
import { SYRINGE, WEAPONS } from '../parse/weapons.ts'
import { isStated } from './header-length.ts'
import { deriveTimes, type WholeRound } from './player-times.ts'
import type { RoundSources } from './round-sources.ts'
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
  /** Figures that cannot be, and are unknown. */
  notices: Warning[]
}

/** The figures of one line; `earlier` is the line of the base file that it goes on from. */
export function derivePlayer(
  { file, base, durationSeconds }: RoundSources,
  line: PlayerLine,
  earlier: PlayerLine | null,
  guid: string,
): DerivedPlayer {
  const weapons = weaponDifference(line, earlier)
  const { kills, deaths, headshots, aimedHits, aimedShots } = sumWeapons(weapons)
  const received = difference(line, earlier, V.damageReceived)
  const given = difference(line, earlier, V.damageGiven)
  const before = earlier && { line: earlier, wholeSeconds: base?.seconds ?? null }
  const times = deriveTimes(line, before, {
    seconds: durationSeconds,
    known: howKnown(file, base !== null, durationSeconds),
  })
  const columns = columnFigures(line, earlier)
  const stated = columns.denied_playtime
  const denied = possibleDenial(stated, line, file, durationSeconds)
  // Not spread into a new object: one that is begun so, and then given more, takes thirty times as long to make.
  const figures: PlayerFigures = Object.assign(columns, {
    player_guid: guid,
    player_name: cutName(line.name),
    clean_name: cutName(line.cleanName),
    team: line.team,
    kills,
    deaths,
    headshots,
    ...times,
    // What a script does not write, or writes wrongly, and what its other figures give.
    bullets_fired: columns.bullets_fired ?? bulletsFired(line, earlier),
    revives_given: columns.revives_given ?? weapons.find(([index]) => index === SYRINGE)?.[1].hits ?? 0,
    denied_playtime: denied,
    tank_meatshield: deriveTank(line, earlier, received, deaths),
    kd_ratio: deaths === 0 ? kills : kills / deaths,
    dpm: given !== null && times.time_played_seconds ? (given * 60) / times.time_played_seconds : null,
    efficiency: kills + deaths === 0 ? null : (100 * kills) / (kills + deaths),
    accuracy: percentOf(aimedHits, aimedShots),
  })
  return {
    figures,
    weapons: weapons.filter(isUsed).map(([index, cell]) => weaponFigures(guid, index, cell)),
    line,
    base: earlier,
    notices: denied === stated ? [] : [impossibleDenial(stated, line)],
  }
}

/** Over all weapons; nobody aims a syringe. */
function sumWeapons(weapons: readonly (readonly [index: number, cell: WeaponCell])[]) {
  const sums = { kills: 0, deaths: 0, headshots: 0, aimedHits: 0, aimedShots: 0 }
  for (const [index, cell] of weapons) {
    sums.kills += cell.kills
    sums.deaths += cell.deaths
    sums.headshots += cell.headshots
    if (index === SYRINGE) continue
    sums.aimedHits += cell.hits
    sums.aimedShots += cell.shots
  }
  return sums
}

function howKnown({ header }: RoundFile, isCarried: boolean, seconds: number | null): WholeRound['known'] {
  if (seconds !== null && isStated(header, seconds)) return 'stated'
  return isCarried ? 'by_difference' : 'by_reading'
}

/**
 * Seconds of play time denied to opponents; null: unknown. Nobody can deny more than the whole round of each opponent;
 * the 36-value script sometimes writes the server's clock there.
 */
function possibleDenial(
  denied: number | null,
  line: PlayerLine,
  file: RoundFile,
  durationSeconds: number | null,
): number | null {
  if (denied === null || durationSeconds === null) return denied
  const opponents = file.players.filter(other => other !== line && other.team !== line.team).length
  return denied <= Math.ceil(opponents * durationSeconds) ? denied : null
}

function impossibleDenial(denied: number | null, line: PlayerLine): Warning {
  return {
    code: 'impossible_figure',
    expected: null,
    actual: denied,
    message: `Line ${line.line}: ${NOTICE_CODES.impossible_figure} Denied play time: ${denied} s.`,
  }
}

/** What the column table says: cumulative ones subtracted, the script's own as they stand. */
function columnFigures(line: PlayerLine, earlier: PlayerLine | null): Record<ValueColumnName, number | null> {
  const figures: Partial<Record<ValueColumnName, number | null>> = {}
  for (const { index, column, carry } of STATED) {
    figures[column] = carry === 'cumulative' ? difference(line, earlier, index) : (line.values[index] ?? null)
  }
  return figures as Record<ValueColumnName, number | null>
}

const STATED = VALUE_COLUMNS.flatMap(({ column, ...value }) =>
  column === null ? [] : [{ ...value, column }],
)

/** What value 20 means where a script counts it wrongly: the sum of all shots, as counted on. */
function bulletsFired(line: PlayerLine, earlier: PlayerLine | null): number {
  const shots = (each: PlayerLine | null) =>
    [...(each?.weapons.values() ?? [])].reduce((sum, cell) => sum + cell.shots, 0)
  return Math.max(shots(line) - shots(earlier), 0)
}

/** Never below 0: a shot at a corpse is taken back. */
function difference(line: PlayerLine, earlier: PlayerLine | null, index: number): number | null {
  const value = line.values[index] ?? null
  if (!earlier || value === null) return value
  const before = earlier.values[index] ?? null
  return before === null ? null : Math.max(value - before, 0)
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

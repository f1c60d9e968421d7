import type { TeamName } from './assign-teams.ts'
import { groupBy } from './group-by.ts'
import type { PlayerRow, WeaponRow } from './session-rows.ts'
import { shownName, shownText } from './shown-name.ts'

/**
 * One player's session. Times in seconds, ratios as they are shown: sums over sums, never means of means. Null is
 * unknown: older scripts do not write every figure.
 */
export interface PlayerTotals {
  guid: string
  /** The newest name, without colours; safe for a terminal, not escaped for any markup. */
  name: string
  /** The same with its `^c` colour codes. */
  colouredName: string
  isBot: boolean
  /** Whom the player played for last; null: only stood by. */
  team: TeamName | null
  rounds: number
  kills: number
  deaths: number
  /** K/D; the kills where there is no death. */
  kd: number
  gibs: number | null
  damageGiven: number | null
  damageReceived: number | null
  damageRatio: number | null
  /** Percent of the damage that all have done. */
  damageShare: number | null
  dpm: number | null
  teamDamageGiven: number | null
  teamDamageReceived: number | null
  teamKills: number | null
  teamGibs: number | null
  selfKills: number | null
  fullSelfKills: number | null
  shots: number
  hits: number
  /** Percent, without the syringe. */
  accuracy: number | null
  /** Hits to the head. */
  headshots: number
  /** Percent of all hits. */
  headshotPercent: number | null
  /** Kills by a hit to the head. */
  headshotKills: number | null
  bulletsFired: number | null
  bulletsPerKill: number | null
  secondsPlayed: number | null
  secondsDead: number | null
  secondsDenied: number | null
  xp: number | null
  usefulKills: number | null
  uselessKills: number | null
  killAssists: number | null
  killSteals: number | null
  revivesGiven: number | null
  timesRevived: number | null
  objectivesStolen: number | null
  objectivesReturned: number | null
  dynamitesPlanted: number | null
  dynamitesDefused: number | null
  constructions: number | null
  /** Damage received per death, in lives of 130 HP. */
  tank: number | null
  multikills: { double: number; triple: number; quad: number; five: number; six: number } | null
  killingSpree: number | null
  deathSpree: number | null
  /** Those with any figure, by kills. */
  weapons: WeaponTotals[]
}

export interface WeaponTotals {
  name: string
  kills: number
  deaths: number
  shots: number
  hits: number
  headshots: number
  /** Percent; null for weapons without shots. */
  accuracy: number | null
  headshotPercent: number | null
}

/** Totals per GUID, most kills first. `rows` in the order of play: the newest name is shown. */
export function playerTotals(
  rows: readonly PlayerRow[],
  weapons: readonly WeaponRow[],
  teamOf: ReadonlyMap<string, TeamName> = new Map(),
): PlayerTotals[] {
  const byGuid = groupBy(rows, row => row.player_guid)
  const weaponsByGuid = groupBy(weapons, row => row.player_guid)
  const all = sum(rows, 'damage_given')
  return [...byGuid]
    .map(([guid, own]) => totalsOf(guid, own, weaponsByGuid.get(guid) ?? [], teamOf.get(guid) ?? null, all))
    .sort(byKills)
}

/** Most kills first; then fewer deaths, more damage, and last the GUID, so that the order is always the same. */
export function byKills(a: PlayerTotals, b: PlayerTotals): number {
  return (
    b.kills - a.kills ||
    a.deaths - b.deaths ||
    (b.damageGiven ?? 0) - (a.damageGiven ?? 0) ||
    (a.guid < b.guid ? -1 : 1)
  )
}

function totalsOf(
  guid: string,
  rows: readonly PlayerRow[],
  weapons: readonly WeaponRow[],
  team: TeamName | null,
  damageOfAll: number | null,
): PlayerTotals {
  const newest = rows.at(-1)
  const total = (column: Summed) => sum(rows, column)
  const kills = total('kills') ?? 0
  const deaths = total('deaths') ?? 0
  const damageGiven = total('damage_given')
  const aimed = weapons.filter(weapon => weapon.weapon_name !== 'syringe')
  const [shots, hits] = [sumOf(aimed, 'shots'), sumOf(aimed, 'hits')]
  const headshots = total('headshots') ?? 0
  const dead = total('time_dead_minutes')
  return {
    guid,
    name: shownName(newest?.clean_name ?? '', guid),
    colouredName: shownText(newest?.player_name ?? ''),
    isBot: guid.startsWith('OMNIBOT'),
    team,
    rounds: rows.length,
    kills,
    deaths,
    kd: deaths === 0 ? kills : kills / deaths,
    gibs: total('gibs'),
    damageGiven,
    damageReceived: total('damage_received'),
    damageRatio: sumRatio(rows, 'damage_given', 'damage_received'),
    damageShare: damageGiven === null || !damageOfAll ? null : (100 * damageGiven) / damageOfAll,
    dpm: times(sumRatio(rows, 'damage_given', 'time_played_seconds'), 60),
    teamDamageGiven: total('team_damage_given'),
    teamDamageReceived: total('team_damage_received'),
    teamKills: total('team_kills'),
    teamGibs: total('team_gibs'),
    selfKills: total('self_kills'),
    fullSelfKills: total('full_selfkills'),
    shots,
    hits,
    accuracy: percentOf(hits, shots),
    headshots,
    headshotPercent: percentOf(headshots, hits),
    headshotKills: total('headshot_kills'),
    bulletsFired: total('bullets_fired'),
    bulletsPerKill: sumRatio(rows, 'bullets_fired', 'kills'),
    secondsPlayed: total('time_played_seconds'),
    // Minutes with one decimal in the file: sums of them are whole tenths.
    secondsDead: dead === null ? null : Math.round(dead * 600) / 10,
    secondsDenied: total('denied_playtime'),
    xp: total('xp'),
    usefulKills: total('most_useful_kills'),
    uselessKills: total('useless_kills'),
    killAssists: total('kill_assists'),
    killSteals: total('kill_steals'),
    revivesGiven: total('revives_given'),
    timesRevived: total('times_revived'),
    objectivesStolen: total('objectives_stolen'),
    objectivesReturned: total('objectives_returned'),
    dynamitesPlanted: total('dynamites_planted'),
    dynamitesDefused: total('dynamites_defused'),
    constructions: total('constructions'),
    tank: times(sumRatio(rows, 'damage_received', 'deaths'), 1 / LIFE),
    multikills: multikillsOf(rows),
    killingSpree: best(rows, 'killing_spree_best'),
    deathSpree: best(rows, 'death_spree_worst'),
    weapons: weapons
      .map(weaponTotals)
      .sort((a, b) => b.kills - a.kills || b.hits - a.hits || (a.name < b.name ? -1 : 1)),
  }
}

/** HP: what the stats script divides by to tell how many lives a player took before dying. */
const LIFE = 130

/** The columns that are numbers and may be added. */
type Summed = {
  [Column in keyof PlayerRow]: PlayerRow[Column] extends number | null ? Column : never
}[keyof PlayerRow]

/** The sum of what is known; null where nothing is. */
export function sum(rows: readonly PlayerRow[], column: Summed): number | null {
  let total: number | null = null
  for (const row of rows) {
    const value = row[column]
    if (value !== null) total = (total ?? 0) + value
  }
  return total
}

/** Σ parts / Σ wholes over the rounds that know both; null where the wholes are 0. */
export function sumRatio(rows: readonly PlayerRow[], part: Summed, whole: Summed): number | null {
  const known = rows.filter(row => row[part] !== null && row[whole] !== null)
  const wholes = sum(known, whole)
  const parts = sum(known, part)
  return parts === null || !wholes ? null : parts / wholes
}

export function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor
}

function best(rows: readonly PlayerRow[], column: Summed): number | null {
  const known = rows.map(row => row[column]).filter(value => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}

function multikillsOf(rows: readonly PlayerRow[]): PlayerTotals['multikills'] {
  const [double, triple] = [sum(rows, 'double_kills'), sum(rows, 'triple_kills')]
  const [quad, five, six] = [sum(rows, 'quad_kills'), sum(rows, 'multi_kills'), sum(rows, 'mega_kills')]
  if (double === null || triple === null || quad === null || five === null || six === null) return null
  return { double, triple, quad, five, six }
}

function weaponTotals(weapon: WeaponRow): WeaponTotals {
  const { weapon_name, kills, deaths, shots, hits, headshots } = weapon
  const accuracy = percentOf(hits, shots)
  return {
    name: weapon_name,
    kills,
    deaths,
    shots,
    hits,
    headshots,
    accuracy,
    headshotPercent: percentOf(headshots, hits),
  }
}

function sumOf(rows: readonly WeaponRow[], column: 'shots' | 'hits'): number {
  return rows.reduce((total, row) => total + row[column], 0)
}

function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole
}

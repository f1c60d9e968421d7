import { type Aggregated, aggregate } from './aggregate.ts'
import type { TeamName } from './assign-teams.ts'
import { figuresOf, percentOf } from './figures.ts'
import { groupBy } from './group-by.ts'
import type { Figures } from './metrics-table.ts'
import type { PlayerRow, WeaponRow } from './session-rows.ts'
import { shownName, shownText } from './shown-name.ts'

/** One player over a round, a session, or more: who it is, every figure of the table of metrics, and the weapons. */
export interface PlayerTotals extends Figures {
  guid: string
  /** The newest name, without colours; safe for a terminal, not escaped for any markup. */
  name: string
  /** The same with its `^c` colour codes. */
  colouredName: string
  isBot: boolean
  /** Whom the player played for last; null: only stood by, or over more than one session. */
  team: TeamName | null
  rounds: number
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

/** Totals per GUID of rows that are here already, most kills first. `rows` in the order of play: the newest name is shown. */
export function totalsOfRows(
  rows: readonly PlayerRow[],
  weapons: readonly WeaponRow[],
  teamOf: ReadonlyMap<string, TeamName> = new Map(),
): PlayerTotals[] {
  const weaponsByGuid = groupBy(weapons, row => row.player_guid)
  const ofAll = aggregate(rows)
  return [...groupBy(rows, row => row.player_guid)]
    .map(([guid, own]) => {
      const newest = own.at(-1)
      const player = {
        guid,
        clean_name: newest?.clean_name ?? '',
        player_name: newest?.player_name ?? '',
        rounds: own.length,
      }
      return totalsOf(player, aggregate(own), weaponsByGuid.get(guid) ?? [], ofAll, teamOf.get(guid) ?? null)
    })
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

interface Player {
  guid: string
  clean_name: string
  player_name: string
  rounds: number
}

/** `ofAll`: what shares are of; null: of nothing that could be named. */
export function totalsOf(
  { guid, clean_name, player_name, rounds }: Player,
  own: Aggregated,
  weapons: readonly WeaponRow[],
  ofAll: Aggregated | null,
  team: TeamName | null,
): PlayerTotals {
  const aimed = weapons.filter(weapon => weapon.weapon_name !== 'syringe')
  return {
    guid,
    name: shownName(clean_name, guid),
    colouredName: shownText(player_name),
    isBot: guid.startsWith('OMNIBOT'),
    team,
    rounds,
    ...figuresOf(own, { shots: sumOf(aimed, 'shots'), hits: sumOf(aimed, 'hits') }, ofAll),
    weapons: weapons
      .map(weaponTotals)
      .sort((a, b) => b.kills - a.kills || b.hits - a.hits || (a.name < b.name ? -1 : 1)),
  }
}

function weaponTotals(weapon: WeaponRow): WeaponTotals {
  const { weapon_name, kills, deaths, shots, hits, headshots } = weapon
  const accuracy = percentOf(hits, shots)
  const headshotPercent = percentOf(headshots, hits)
  return { name: weapon_name, kills, deaths, shots, hits, headshots, accuracy, headshotPercent }
}

function sumOf(rows: readonly WeaponRow[], cell: 'shots' | 'hits'): number {
  return rows.reduce((total, row) => total + row[cell], 0)
}

/**
 * What a game server counts, named for the columns that show it. Written out again, so that a slip in the product's own
 * tables cannot agree with itself.
 */

/** A figure's name: a column, or `<weapon>.<cell>`; `team_ms` and `alive_ms` are times. */
export type Tally = Map<string, number>

export function add(tally: Tally, figure: string, amount: number): void {
  tally.set(figure, (tally.get(figure) ?? 0) + amount)
}

/** By bit of the mask. */
export const WEAPONS = [
  ...['knife', 'knife_kbar', 'luger', 'colt', 'mp40', 'thompson', 'sten'],
  ...['fg42', 'panzerfaust', 'bazooka', 'flamethrower', 'grenade', 'mortar', 'mortar2'],
  ...['dynamite', 'airstrike', 'artillery', 'satchel', 'grenadelauncher', 'landmine', 'mg42'],
  ...['browning', 'carbine', 'kar98', 'garand', 'k43', 'mp34', 'syringe'],
] as const

/** In the order of a line. */
export const CELLS = ['hits', 'shots', 'kills', 'deaths', 'headshots'] as const

/** Kept by the engine from round 1 into round 2: v0 to v7. */
export const ENGINE_VALUES = [
  ...['damage_given', 'damage_received', 'team_damage_given', 'team_damage_received'],
  ...['gibs', 'self_kills', 'team_kills', 'team_gibs'],
] as const

/** Kept by the script, anew in every round, by value index. */
export const SCRIPT_VALUES: ReadonlyMap<number, string> = new Map([
  [9, 'xp'],
  [10, 'killing_spree_best'],
  [11, 'death_spree_worst'],
  [12, 'kill_assists'],
  [13, 'kill_steals'],
  [14, 'headshot_kills'],
  [15, 'objectives_stolen'],
  [16, 'objectives_returned'],
  [17, 'dynamites_planted'],
  [18, 'dynamites_defused'],
  [19, 'times_revived'],
  [27, 'most_useful_kills'],
  [28, 'denied_playtime'],
  [29, 'double_kills'],
  [30, 'triple_kills'],
  [31, 'quad_kills'],
  [32, 'multi_kills'],
  [33, 'mega_kills'],
  [34, 'useless_kills'],
  [35, 'full_selfkills'],
  [36, 'constructions'],
  [37, 'revives_given'],
])

/** The best of a round, not a sum. */
export const BEST_OF: ReadonlySet<string> = new Set(['killing_spree_best', 'death_spree_worst'])

const KEPT_BY_SCRIPT: ReadonlySet<string> = new Set(SCRIPT_VALUES.values())

export function isKeptByScript(figure: string): boolean {
  return KEPT_BY_SCRIPT.has(figure)
}

/** Over all weapons. */
export function sumOfCells(tally: ReadonlyMap<string, number>, cell: (typeof CELLS)[number]): number {
  return WEAPONS.reduce((sum, weapon) => sum + (tally.get(`${weapon}.${cell}`) ?? 0), 0)
}

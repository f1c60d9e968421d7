/**
 * The column table: every value of a player line, once. It drives the parser (how a value is spelled), the difference
 * between rounds, the insert, and the documentation. Which values a script writes, and writes rightly, stands in the
 * table of variants.
 *
 * `carry` says what the value of a round-2 file means:
 * - `cumulative`: counted on from round 1; this round's value is the difference.
 * - `per_round`: the script starts it anew; it stands as it is.
 * - `ratio`: made of other figures; never subtracted, made again from its parts.
 *
 * Source: c0rnp0rn*.lua, and the engine's session data (src/game/g_session.c), which keeps the cumulative ones.
 */
type Carry = 'cumulative' | 'per_round' | 'ratio'
type Unit = 'count' | 'HP' | 'minutes' | 'seconds' | 'percent' | 'ratio' | 'HP/minute' | 'points'

interface ValueColumn<Column extends string | null = string | null> {
  /** Position among the 38 values, v0 to v37. */
  index: number
  name: string
  unit: Unit
  carry: Carry
  /** Whole numbers have no decimal point in the file; the others always have one. */
  decimal: boolean
  /** The column of player_comprehensive_stats that holds it as it stands or as a difference; null: made from parts. */
  column: Column
}

const v = <const Column extends string | null>(
  index: number,
  name: string,
  unit: Unit,
  carry: Carry,
  column: Column,
): ValueColumn<Column> => ({ index, name, unit, carry, decimal: !WHOLE_UNITS.has(unit), column })

const WHOLE_UNITS = new Set<Unit>(['count', 'HP', 'seconds', 'points'])

export const VALUE_COLUMNS = [
  v(0, 'damage given', 'HP', 'cumulative', 'damage_given'),
  v(1, 'damage received', 'HP', 'cumulative', 'damage_received'),
  v(2, 'team damage given', 'HP', 'cumulative', 'team_damage_given'),
  v(3, 'team damage received', 'HP', 'cumulative', 'team_damage_received'),
  v(4, 'gibs', 'count', 'cumulative', 'gibs'),
  v(5, 'self kills', 'count', 'cumulative', 'self_kills'),
  v(6, 'team kills', 'count', 'cumulative', 'team_kills'),
  v(7, 'team gibs', 'count', 'cumulative', 'team_gibs'),
  v(8, 'time alive', 'percent', 'ratio', null),
  v(9, 'XP', 'points', 'per_round', 'xp'),
  v(10, 'best killing spree', 'count', 'per_round', 'killing_spree_best'),
  v(11, 'worst death spree', 'count', 'per_round', 'death_spree_worst'),
  v(12, 'kill assists', 'count', 'per_round', 'kill_assists'),
  v(13, 'kill steals', 'count', 'per_round', 'kill_steals'),
  v(14, 'headshot kills', 'count', 'per_round', 'headshot_kills'),
  v(15, 'objectives stolen', 'count', 'per_round', 'objectives_stolen'),
  v(16, 'objectives returned', 'count', 'per_round', 'objectives_returned'),
  v(17, 'dynamites planted', 'count', 'per_round', 'dynamites_planted'),
  v(18, 'dynamites defused', 'count', 'per_round', 'dynamites_defused'),
  v(19, 'times revived', 'count', 'per_round', 'times_revived'),
  v(20, 'bullets fired', 'count', 'cumulative', 'bullets_fired'),
  v(21, 'damage per minute', 'HP/minute', 'ratio', null),
  v(22, 'minutes on a team', 'minutes', 'cumulative', null),
  v(23, 'tank', 'ratio', 'ratio', null),
  v(24, 'time dead', 'percent', 'ratio', null),
  v(25, 'minutes dead', 'minutes', 'per_round', 'time_dead_minutes'),
  v(26, 'K/D', 'ratio', 'ratio', null),
  v(27, 'useful kills', 'count', 'per_round', 'most_useful_kills'),
  v(28, 'denied play time', 'seconds', 'per_round', 'denied_playtime'),
  v(29, 'double kills', 'count', 'per_round', 'double_kills'),
  v(30, 'triple kills', 'count', 'per_round', 'triple_kills'),
  v(31, 'quad kills', 'count', 'per_round', 'quad_kills'),
  v(32, 'multikills of 5', 'count', 'per_round', 'multi_kills'),
  v(33, 'multikills of 6', 'count', 'per_round', 'mega_kills'),
  v(34, 'useless kills', 'count', 'per_round', 'useless_kills'),
  v(35, 'full self kills', 'count', 'per_round', 'full_selfkills'),
  v(36, 'constructions', 'count', 'per_round', 'constructions'),
  v(37, 'revives given', 'count', 'per_round', 'revives_given'),
]

/** The columns of player_comprehensive_stats that are filled from the values as the table says. */
export type ValueColumnName = Exclude<(typeof VALUE_COLUMNS)[number]['column'], null>

/** Positions that the code speaks of by name. */
export const V = {
  damageGiven: 0,
  damageReceived: 1,
  alivePercent: 8,
  xp: 9,
  bulletsFired: 20,
  damagePerMinute: 21,
  minutesOnTeam: 22,
  tank: 23,
  deadPercent: 24,
  minutesDead: 25,
  killDeathRatio: 26,
  deniedPlayTime: 28,
  revivesGiven: 37,
} as const

export const CUMULATIVE_INDEXES: readonly number[] = VALUE_COLUMNS.filter(c => c.carry === 'cumulative').map(
  c => c.index,
)

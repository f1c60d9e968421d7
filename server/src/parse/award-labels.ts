/** In what an award is counted. */
export type AwardUnit =
  | 'count'
  | 'HP'
  | 'kills'
  | 'per minute'
  | 'HP/minute'
  | 'ratio'
  | 'percent'
  | 'seconds'
  | 'minutes'
  | 'metres'

interface AwardLabel {
  label: string
  /** Of a value that is written as a bare number. */
  unit: AwardUnit
  /**
   * `cumulative`: made of counters that the engine keeps from round 1 into round 2. `per_round`: the script's own, begun
   * anew with every round.
   */
  carry: 'cumulative' | 'per_round'
  /** Something to be proud of. */
  isHonour: boolean
}

const row = (
  label: string,
  unit: AwardUnit,
  carry: AwardLabel['carry'],
  isHonour: 'honour' | 'other' = 'honour',
): AwardLabel => ({ label, unit, carry, isHonour: isHonour === 'honour' })

/**
 * THE TABLE of awards, as the script prints them. Source: endstats.lua; which are cumulative shows in which it reads from
 * the engine's session data (damage, deaths, time on a team, weapon counters) and which it counts itself. Awards that are
 * not here are read all the same, as counts of the round.
 */
const AWARD_LABELS: readonly AwardLabel[] = [
  row('Most damage given', 'HP', 'cumulative'),
  row('Most damage received', 'HP', 'cumulative', 'other'),
  row('Most team damage given', 'HP', 'cumulative', 'other'),
  row('Most team damage received', 'HP', 'cumulative', 'other'),
  row('Most teamkills', 'count', 'cumulative', 'other'),
  row('Most selfkills', 'count', 'cumulative', 'other'),
  row('Most deaths', 'count', 'cumulative', 'other'),
  row('Most kills per minute', 'per minute', 'cumulative'),
  row('Most damage per minute', 'HP/minute', 'cumulative'),
  row('Best K/D ratio', 'ratio', 'cumulative'),
  row('Most corpse gibs', 'count', 'cumulative'),
  row('Tank/Meatshield (Refuses to die)', 'ratio', 'cumulative'),
  row('Full respawn king', 'percent', 'cumulative', 'other'),
  row('Least time dead (What spawn?)', 'percent', 'cumulative'),
  row('Highest light weapons accuracy', 'percent', 'cumulative'),
  row('Highest headshot accuracy', 'percent', 'cumulative'),
  row('Most headshots', 'count', 'cumulative'),
  row('Most bullets fired', 'count', 'cumulative', 'other'),
  row('Quickest multikill w/ light weapons', 'kills', 'per_round'),
  row('Farthest riflenade kill', 'metres', 'per_round'),
  row('Most light weapon kills', 'count', 'per_round'),
  row('Most pistol kills', 'count', 'per_round'),
  row('Most rifle kills', 'count', 'per_round'),
  row('Most riflenade kills', 'count', 'per_round'),
  row('Most sniper kills', 'count', 'per_round'),
  row('Most knife kills', 'count', 'per_round'),
  row('Most air support kills', 'count', 'per_round'),
  row('Most mine kills', 'count', 'per_round'),
  row('Most grenade kills', 'count', 'per_round'),
  row('Most panzer kills', 'count', 'per_round'),
  row('Most mortar kills', 'count', 'per_round'),
  row('Most panzer deaths', 'count', 'per_round', 'other'),
  row('Mortarmagnet', 'count', 'per_round', 'other'),
  row('Most multikills', 'count', 'per_round'),
  row('Most doublekills', 'count', 'per_round'),
  row('Most MG42 kills', 'count', 'per_round'),
  row('Most MG42 deaths', 'count', 'per_round', 'other'),
  row('Most revives', 'count', 'per_round'),
  row('Most revived', 'count', 'per_round', 'other'),
  row('Most dynamites planted', 'count', 'per_round'),
  row('Most dynamites defused', 'count', 'per_round'),
  row('Longest killing spree', 'count', 'per_round'),
  row('Longest death spree', 'count', 'per_round', 'other'),
  row('Most objectives stolen', 'count', 'per_round'),
  row('Most objectives returned', 'count', 'per_round'),
  row('Most kill assists', 'count', 'per_round'),
  row('Most killsteals', 'count', 'per_round', 'other'),
  row('Most headshot kills', 'count', 'per_round'),
  row('Most useful kills (>Half respawn time left)', 'count', 'per_round'),
  row('Most useless kills', 'count', 'per_round', 'other'),
  row('Most playtime denied', 'seconds', 'per_round'),
]

/** Labels that the script prints over other figures, and what these are called. */
export const MISPRINTED = {
  spree: 'Longest killing spree',
  usefulKills: 'Most useful kills (>Half respawn time left)',
  stolen: 'Most objectives stolen',
  uselessKills: 'Most useless kills',
} as const

const BY_LABEL = new Map(AWARD_LABELS.map(each => [each.label, each]))

export function isKnownAward(label: string): boolean {
  return BY_LABEL.has(label)
}

/** What is known of an award by its label. */
export function awardFacts(label: string): Omit<AwardLabel, 'label'> {
  return BY_LABEL.get(label) ?? { unit: 'count', carry: 'per_round', isHonour: false }
}

import { AWARD_RULES } from './award-rules.ts'
import type { PlayerTotals } from './player-totals.ts'

export interface Award {
  id: string
  emoji: string
  title: string
  /** What earns it, with its floor. */
  rule: string
  value: number
  /** The value as it is shown. */
  figure: string
  /** One, or all who are equal. */
  winners: { guid: string; name: string }[]
}

/** Of every award by its id. */
export const AWARD_TITLES: ReadonlyMap<string, { emoji: string; title: string }> = new Map(
  AWARD_RULES.map(({ id, emoji, title }) => [id, { emoji, title }]),
)

/** Who earned what; an award that nobody earned is left out. */
export function awards(players: readonly PlayerTotals[]): Award[] {
  return AWARD_RULES.flatMap(award => {
    const reached = players.flatMap(player => {
      const value = award.value(player)
      const isEarned = value !== null && (award.above ? value > award.floor : value >= award.floor)
      return isEarned ? [{ player, value }] : []
    })
    if (reached.length === 0) return []
    const value = Math.max(...reached.map(each => each.value))
    const winners = reached
      .filter(each => each.value === value)
      .map(({ player: { guid, name } }) => ({ guid, name }))
    const { id, emoji, title, rule } = award
    return [{ id, emoji, title, rule, value, figure: award.figure(value), winners }]
  })
}

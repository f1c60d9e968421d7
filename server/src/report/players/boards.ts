import { showFigure } from '../figures.ts'
import { count, percent } from '../forms.ts'
import type { MetricKey } from '../metrics-table.ts'
import type { ShownName } from './decided-names.ts'
import type { PlayerFigures } from './load-figures.ts'
import type { Period } from './period.ts'

interface BoardEntry extends ShownName {
  /** Equal values share it. */
  rank: number
  guid: string
  value: number
  /** The value as it is shown. */
  figure: string
  rounds: number
}

export interface Board {
  by: BoardKey
  title: string
  /** What is ranked, in words. */
  rule: string
  /** Who is on it, in words; null: everybody who played. */
  bar: string | null
  entries: BoardEntry[]
  /** Who played, and does not reach the bar. */
  belowBar: number
}

export interface BoardRule {
  by: string
  title: string
  rule: string
  value: (player: PlayerFigures) => number | null
  show: (value: number) => string
  /** A ratio over few rounds says nothing: some rounds are wanted. */
  wantsRounds?: true
  wantsShots?: true
}

const metric = (key: MetricKey): Pick<BoardRule, 'value' | 'show'> => ({
  value: player => {
    const value = player[key]
    return typeof value === 'number' ? value : null
  },
  show: value => showFigure(key, { [key]: value }),
})

/** THE TABLE of leaderboards: a board is one row. A rating has its own sums, and comes in as another row. */
export const BOARDS = [
  { by: 'kills', title: 'Kills', rule: 'most kills', ...metric('kills') },
  { by: 'kd', title: 'K/D', rule: 'kills per death', ...metric('kd'), wantsRounds: true },
  { by: 'dpm', title: 'DPM', rule: 'damage given per minute played', ...metric('dpm'), wantsRounds: true },
  {
    ...{ by: 'accuracy', title: 'Accuracy', rule: 'hits per shot, without the syringe' },
    ...metric('accuracy'),
    ...{ wantsRounds: true, wantsShots: true },
  },
  {
    ...{ by: 'headshots', title: 'Headshots', rule: 'hits to the head, of all hits' },
    ...{ value: (player: PlayerFigures) => player.headshotPercent, show: percent, wantsRounds: true },
  },
  { by: 'gibs', title: 'Gibs', rule: 'most gibs', ...metric('gibs') },
  { by: 'revives', title: 'Revives', rule: 'most revives given', ...metric('revivesGiven') },
  {
    ...{ by: 'objectives', title: 'Objectives' },
    rule: 'objectives stolen and returned, dynamites planted and defused',
    value: ({ objectivesStolen, objectivesReturned, dynamitesPlanted, dynamitesDefused }: PlayerFigures) => {
      const known = [objectivesStolen, objectivesReturned, dynamitesPlanted, dynamitesDefused].filter(
        value => value !== null,
      )
      return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
    },
    show: count,
  },
  { by: 'useful', title: 'Useful kills', rule: 'most useful kills', ...metric('usefulKills') },
  { by: 'denied', title: 'Time denied', rule: 'most play time denied to others', ...metric('secondsDenied') },
  { by: 'spree', title: 'Best spree', rule: 'most kills in one life', ...metric('killingSpree') },
  {
    ...{ by: 'rounds', title: 'Rounds', rule: 'most rounds played' },
    ...{ value: (player: PlayerFigures) => player.rounds, show: count },
  },
  {
    ...{ by: 'maps_won', title: 'Maps won', rule: 'most maps won with his team' },
    ...{ value: (player: PlayerFigures) => player.mapsWon, show: count },
  },
] as const satisfies readonly BoardRule[]

export type BoardKey = (typeof BOARDS)[number]['by']

export const BOARD_KEYS: readonly BoardKey[] = BOARDS.map(({ by }) => by)

/** Entry bars. */
const ROUNDS_OF_30 = 10
const ROUNDS_OF_ALL = 30
const SHOTS = 500

/** Everybody who reaches the bar and has anything to show, the highest first. */
export function board(
  by: BoardKey,
  period: Period,
  players: readonly PlayerFigures[],
  nameOf: (guid: string) => ShownName,
): Board {
  const rule: BoardRule | undefined = BOARDS.find(each => each.by === by)
  if (!rule) throw new Error(`There is no board ${by}.`)
  const { rounds, shots } = barOf(rule, period)
  const reaching = players.filter(player => player.rounds >= rounds && player.shots >= shots)
  const ranked = reaching
    .flatMap(player => {
      const value = rule.value(player)
      return value === null || value <= 0 ? [] : [{ player, value }]
    })
    .sort(
      (a, b) =>
        b.value - a.value || b.player.rounds - a.player.rounds || (a.player.guid < b.player.guid ? -1 : 1),
    )
  const ranks = new Map<number, number>()
  ranked.forEach(({ value }, index) => {
    if (!ranks.has(value)) ranks.set(value, index + 1)
  })
  const bars = [...(rounds > 0 ? [`${rounds} rounds`] : []), ...(shots > 0 ? [`${shots} shots`] : [])]
  return {
    ...{ by, title: rule.title, rule: rule.rule, belowBar: players.length - reaching.length },
    bar: bars.length === 0 ? null : `at least ${bars.join(' and ')}`,
    entries: ranked.map(({ player: { guid, rounds: played }, value }) => ({
      rank: ranks.get(value) ?? 0,
      guid,
      ...nameOf(guid),
      value,
      figure: rule.show(value),
      rounds: played,
    })),
  }
}

function barOf({ wantsRounds, wantsShots }: BoardRule, { kind }: Period): { rounds: number; shots: number } {
  const least = kind === 'all' ? ROUNDS_OF_ALL : kind === 'session' ? 0 : ROUNDS_OF_30
  return { rounds: wantsRounds ? least : 0, shots: wantsShots ? SHOTS : 0 }
}

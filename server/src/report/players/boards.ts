import type { Kysely } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { showFigure } from '../figures.ts'
import { count, percent } from '../forms.ts'
import type { Figures, MetricKey } from '../metrics-table.ts'
import type { ShownName } from './decided-names.ts'
import { loadSomeFigures, type SomeFigures } from './load-figures.ts'
import type { Period } from './period.ts'

/** Who is ranked, by number alone: names are for those who are shown. */
interface Ranked {
  /** Equal values share it. */
  rank: number
  guid: string
  value: number
  rounds: number
}

interface BoardEntry extends Ranked, ShownName {
  /** The value as it is shown. */
  figure: string
}

/** Everybody who reaches the bar and has anything to show, the highest first. */
export interface Ranking {
  by: BoardKey
  title: string
  /** What is ranked, in words. */
  rule: string
  /** Who is on it, in words; null: everybody who played. */
  bar: string | null
  ranked: Ranked[]
  /** Who played, and does not reach the bar. */
  belowBar: number
}

/** A board as it is shown. */
export type Board = Omit<Ranking, 'ranked'> & { entries: BoardEntry[] }

export interface BoardRule {
  by: string
  title: string
  rule: string
  /** The figures that the value is made of. */
  needs: readonly MetricKey[]
  value: (player: BoardPlayer) => number | null
  show: (value: number) => string
  /** A ratio over few rounds says nothing: some rounds are wanted. */
  wantsRounds?: true
  wantsShots?: true
}

type BoardPlayer = SomeFigures & Partial<Figures>

const metric = (key: MetricKey): Pick<BoardRule, 'needs' | 'value' | 'show'> => ({
  needs: [key],
  value: player => {
    const value = player[key]
    return typeof value === 'number' ? value : null
  },
  show: value => showFigure(key, { [key]: value }),
})

const OBJECTIVES = [
  ...(['objectivesStolen', 'objectivesReturned', 'dynamitesPlanted', 'dynamitesDefused'] as const),
]

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
    ...{ ...metric('headshotPercent'), show: percent, wantsRounds: true },
  },
  { by: 'gibs', title: 'Gibs', rule: 'most gibs', ...metric('gibs') },
  { by: 'revives', title: 'Revives', rule: 'most revives given', ...metric('revivesGiven') },
  {
    ...{ by: 'objectives', title: 'Objectives' },
    rule: 'objectives stolen and returned, dynamites planted and defused',
    needs: OBJECTIVES,
    value: (player: BoardPlayer) => {
      const known = OBJECTIVES.flatMap(key => player[key] ?? [])
      return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
    },
    show: count,
  },
  { by: 'useful', title: 'Useful kills', rule: 'most useful kills', ...metric('usefulKills') },
  { by: 'denied', title: 'Time denied', rule: 'most play time denied to others', ...metric('secondsDenied') },
  { by: 'spree', title: 'Best spree', rule: 'most kills in one life', ...metric('killingSpree') },
  {
    ...{ by: 'rounds', title: 'Rounds', rule: 'most rounds played' },
    ...{ needs: [], value: (player: BoardPlayer) => player.rounds, show: count },
  },
  {
    ...{ by: 'maps_won', title: 'Maps won', rule: 'most maps won with his team' },
    ...{ needs: [], value: (player: BoardPlayer) => player.mapsWon, show: count },
  },
] as const satisfies readonly BoardRule[]

export type BoardKey = (typeof BOARDS)[number]['by']

export const BOARD_KEYS: readonly BoardKey[] = BOARDS.map(({ by }) => by)

/** Entry bars. */
const ROUNDS_OF_30 = 10
const ROUNDS_OF_ALL = 30
const SHOTS = 500

/** Of everybody no more is read than this board needs. */
export async function loadRanking(db: Kysely<DB>, by: BoardKey, period: Period): Promise<Ranking> {
  const rule = ruleOf(by)
  const { rounds, shots } = barOf(rule, period)
  const players = await loadSomeFigures(db, period, rule.needs)
  const reaching = players.filter(player => player.rounds >= rounds && player.shots >= shots)
  const bars = [...(rounds > 0 ? [`${rounds} rounds`] : []), ...(shots > 0 ? [`${shots} shots`] : [])]
  return {
    ...{ by, title: rule.title, rule: rule.rule, belowBar: players.length - reaching.length },
    bar: bars.length === 0 ? null : `at least ${bars.join(' and ')}`,
    ranked: rank(rule, reaching),
  }
}

function rank(rule: BoardRule, players: readonly BoardPlayer[]): Ranked[] {
  const sorted = players
    .flatMap(player => {
      const value = rule.value(player)
      return value === null || value <= 0 ? [] : { guid: player.guid, rounds: player.rounds, value }
    })
    .sort((a, b) => b.value - a.value || b.rounds - a.rounds || (a.guid < b.guid ? -1 : 1))
  const ranks = new Map<number, number>()
  sorted.forEach(({ value }, index) => {
    if (!ranks.has(value)) ranks.set(value, index + 1)
  })
  return sorted.map(each => ({ rank: ranks.get(each.value) ?? 0, ...each }))
}

/** With names, of the places from `start` on; `count`: at most so many. */
export function showBoard(
  { ranked, ...board }: Ranking,
  nameOf: (guid: string) => ShownName,
  { start = 0, count = ranked.length }: { start?: number; count?: number } = {},
): Board {
  const { show } = ruleOf(board.by)
  return {
    ...board,
    entries: ranked
      .slice(start, start + count)
      .map(entry => ({ ...entry, ...nameOf(entry.guid), figure: show(entry.value) })),
  }
}

function ruleOf(by: BoardKey): BoardRule {
  const rule = BOARDS.find(each => each.by === by)
  if (!rule) throw new Error(`There is no board ${by}.`)
  return rule
}

function barOf({ wantsRounds, wantsShots }: BoardRule, { kind }: Period): { rounds: number; shots: number } {
  const least = kind === 'all' ? ROUNDS_OF_ALL : kind === 'session' ? 0 : ROUNDS_OF_30
  return { rounds: wantsRounds ? least : 0, shots: wantsShots ? SHOTS : 0 }
}

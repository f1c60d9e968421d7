import type { PlayerStatsTable } from '../db/tables.ts'

/**
 * THE TABLE of players' figures: a metric is one row. Totals over a round, a session, a player's career or everything,
 * their schema and its documentation, the columns, facts and legends of the pages, the forms on cards and in the
 * terminal are all made from it: a new figure is a new row, and nothing else.
 */
export interface Metric {
  /** Its name in the model and in JSON. */
  key: string
  /** In words, as short as they are clear. */
  label: string
  /** What it means, where the label does not say it; shown in legends. */
  meaning?: string
  /** For the API's documentation, where name and unit do not say it. */
  note?: string
  unit: Unit
  adds: Adds
  /** Never null: every script writes what it is made of. */
  always?: true
  /** What the first script wrote that has it; without: all do. */
  since?: string
  /** In tables of players: a heading, and the order among the others. */
  column?: {
    short: string
    place: number
    /** The highest of all is marked. */
    marksBest?: true
    /** Not in the narrow tables of one round. */
    onlySession?: true
    /** Its heading in the terminal's table. */
    terminal?: string
  }
  /** Not among a player's facts: told elsewhere. */
  isNoFact?: true
  /** Keys of figures that stand in brackets behind it. */
  beside?: readonly string[]
}

/** What a figure counts; its form (`showFigure`) follows from it. */
export type Unit =
  | 'count'
  | 'hit points'
  | 'seconds'
  | 'percent'
  | 'per minute'
  | 'ratio'
  | 'tenths'
  | 'multikills'

/** How a figure of several rounds is made: sums over sums, never means of means. */
type Adds =
  | { kind: 'sum'; column: SummedColumn; times?: number }
  /** The highest of any round. */
  | { kind: 'best'; column: SummedColumn }
  /** Σ part / Σ whole · times, over the rounds that know both; null where the wholes are 0, or then the parts. */
  | { kind: 'ratio'; part: SummedColumn; whole: SummedColumn; times?: number; orPart?: true }
  /** Over the weapons that are aimed: all but the syringe. */
  | { kind: 'aimed'; cell: 'shots' | 'hits' }
  /** 100 · of two figures that stand above it. */
  | { kind: 'percent'; part: string; whole: string }
  /** Percent of what all players of the same rounds have. */
  | { kind: 'share'; column: SummedColumn }
  | { kind: 'kinds'; columns: Readonly<Record<string, SummedColumn>> }

/** The columns that are numbers and may be added. */
export type SummedColumn = {
  [Column in keyof PlayerStatsTable]: PlayerStatsTable[Column] extends number | null ? Column : never
}[keyof PlayerStatsTable]

/** HP: what the stats script divides by to tell how many lives a player took before dying. */
const LIFE = 130

/** Scripts by the number of their values. */
const SINCE_33 = 'the script of April 2024 (33 values)'
const SINCE_36 = 'the script of January 2025 (36 values)'
const SINCE_37 = 'the script of May 2025 (37 values)'

const METRICS = [
  {
    key: 'kills',
    label: 'Kills',
    unit: 'count',
    adds: { kind: 'sum', column: 'kills' },
    always: true,
    column: { short: 'K', place: 10, marksBest: true, terminal: 'Kills' },
  },
  {
    key: 'deaths',
    label: 'Deaths',
    unit: 'count',
    adds: { kind: 'sum', column: 'deaths' },
    always: true,
    column: { short: 'D', place: 20, terminal: 'Deaths' },
  },
  {
    key: 'kd',
    label: 'K/D',
    meaning: 'Kills per death',
    unit: 'ratio',
    adds: { kind: 'ratio', part: 'kills', whole: 'deaths', orPart: true },
    always: true,
    column: { short: 'K/D', place: 30, marksBest: true, terminal: 'K/D' },
  },
  {
    key: 'gibs',
    label: 'Gibs',
    unit: 'count',
    adds: { kind: 'sum', column: 'gibs' },
    column: { short: 'Gibs', place: 40, marksBest: true, terminal: 'Gibs' },
  },
  {
    key: 'damageGiven',
    label: 'Damage given',
    unit: 'hit points',
    adds: { kind: 'sum', column: 'damage_given' },
    column: { short: 'Given', place: 60, marksBest: true, terminal: 'Given' },
  },
  {
    key: 'damageReceived',
    label: 'Damage received',
    unit: 'hit points',
    adds: { kind: 'sum', column: 'damage_received' },
    column: { short: 'Rcvd', place: 70, terminal: 'Received' },
  },
  {
    key: 'damageRatio',
    label: 'Given for received',
    unit: 'ratio',
    adds: { kind: 'ratio', part: 'damage_given', whole: 'damage_received' },
  },
  {
    key: 'damageShare',
    label: 'Share of all damage',
    note: 'Percent of the damage that all have done',
    unit: 'percent',
    adds: { kind: 'share', column: 'damage_given' },
  },
  {
    key: 'dpm',
    label: 'Damage per minute',
    note: 'Damage per minute',
    unit: 'per minute',
    adds: { kind: 'ratio', part: 'damage_given', whole: 'time_played_seconds', times: 60 },
    since: SINCE_33,
    column: { short: 'DPM', place: 50, marksBest: true, terminal: 'DPM' },
  },
  {
    key: 'teamDamageGiven',
    label: 'Team damage given',
    unit: 'hit points',
    adds: { kind: 'sum', column: 'team_damage_given' },
  },
  {
    key: 'teamDamageReceived',
    label: 'Team damage received',
    unit: 'hit points',
    adds: { kind: 'sum', column: 'team_damage_received' },
  },
  { key: 'teamKills', label: 'Team kills', unit: 'count', adds: { kind: 'sum', column: 'team_kills' } },
  { key: 'teamGibs', label: 'Team gibs', unit: 'count', adds: { kind: 'sum', column: 'team_gibs' } },
  { key: 'selfKills', label: 'Self kills', unit: 'count', adds: { kind: 'sum', column: 'self_kills' } },
  {
    key: 'fullSelfKills',
    label: 'Full self kills',
    unit: 'count',
    adds: { kind: 'sum', column: 'full_selfkills' },
    since: SINCE_36,
  },
  {
    key: 'shots',
    label: 'Shots',
    unit: 'count',
    adds: { kind: 'aimed', cell: 'shots' },
    always: true,
    isNoFact: true,
  },
  {
    key: 'hits',
    label: 'Hits',
    unit: 'count',
    adds: { kind: 'aimed', cell: 'hits' },
    always: true,
    isNoFact: true,
  },
  {
    key: 'accuracy',
    label: 'Accuracy',
    meaning: 'Accuracy: hits per shot',
    note: 'Percent, without the syringe',
    unit: 'percent',
    adds: { kind: 'percent', part: 'hits', whole: 'shots' },
    column: { short: 'Acc', place: 80, marksBest: true, terminal: 'Accuracy' },
    beside: ['hits', 'shots'],
  },
  {
    key: 'headshots',
    label: 'Hits to the head',
    note: 'Hits to the head',
    unit: 'count',
    adds: { kind: 'sum', column: 'headshots' },
    always: true,
    column: { short: 'HS', place: 90, marksBest: true },
    beside: ['headshotPercent'],
  },
  {
    key: 'headshotPercent',
    label: 'Hits to the head, of all hits',
    note: 'Percent of all hits',
    unit: 'percent',
    adds: { kind: 'percent', part: 'headshots', whole: 'hits' },
    column: { short: 'HS%', place: 100, onlySession: true, terminal: 'HS%' },
    isNoFact: true,
  },
  {
    key: 'headshotKills',
    label: 'Headshot kills',
    note: 'Kills by a hit to the head',
    unit: 'count',
    adds: { kind: 'sum', column: 'headshot_kills' },
  },
  {
    key: 'bulletsFired',
    label: 'Bullets fired',
    unit: 'count',
    adds: { kind: 'sum', column: 'bullets_fired' },
  },
  {
    key: 'bulletsPerKill',
    label: 'Bullets per kill',
    unit: 'tenths',
    adds: { kind: 'ratio', part: 'bullets_fired', whole: 'kills' },
  },
  {
    key: 'secondsPlayed',
    label: 'Time played',
    unit: 'seconds',
    adds: { kind: 'sum', column: 'time_played_seconds' },
    since: SINCE_33,
    column: { short: 'Played', place: 140, terminal: 'Played' },
  },
  {
    key: 'secondsDead',
    label: 'Time dead',
    unit: 'seconds',
    adds: { kind: 'sum', column: 'time_dead_minutes', times: 60 },
    column: { short: 'Dead', place: 150, onlySession: true, terminal: 'Dead' },
  },
  {
    key: 'secondsDenied',
    label: 'Play time denied',
    meaning: 'Play time denied to others',
    unit: 'seconds',
    adds: { kind: 'sum', column: 'denied_playtime' },
    since: SINCE_36,
    column: { short: 'Denied', place: 160, marksBest: true, onlySession: true },
  },
  { key: 'xp', label: 'XP', unit: 'count', adds: { kind: 'sum', column: 'xp' } },
  {
    key: 'usefulKills',
    label: 'Useful kills',
    unit: 'count',
    adds: { kind: 'sum', column: 'most_useful_kills' },
    column: { short: 'Useful', place: 110, marksBest: true, onlySession: true },
  },
  {
    key: 'uselessKills',
    label: 'Useless kills',
    unit: 'count',
    adds: { kind: 'sum', column: 'useless_kills' },
    since: SINCE_36,
  },
  { key: 'killAssists', label: 'Kill assists', unit: 'count', adds: { kind: 'sum', column: 'kill_assists' } },
  { key: 'killSteals', label: 'Kill steals', unit: 'count', adds: { kind: 'sum', column: 'kill_steals' } },
  {
    key: 'revivesGiven',
    label: 'Revives given',
    unit: 'count',
    adds: { kind: 'sum', column: 'revives_given' },
    column: { short: 'Rev', place: 120, marksBest: true, terminal: 'Revives' },
  },
  {
    key: 'timesRevived',
    label: 'Times revived',
    unit: 'count',
    adds: { kind: 'sum', column: 'times_revived' },
    column: { short: 'Rev’d', place: 130, onlySession: true },
  },
  {
    key: 'objectivesStolen',
    label: 'Objectives stolen',
    unit: 'count',
    adds: { kind: 'sum', column: 'objectives_stolen' },
  },
  {
    key: 'objectivesReturned',
    label: 'Objectives returned',
    unit: 'count',
    adds: { kind: 'sum', column: 'objectives_returned' },
  },
  {
    key: 'dynamitesPlanted',
    label: 'Dynamites planted',
    unit: 'count',
    adds: { kind: 'sum', column: 'dynamites_planted' },
  },
  {
    key: 'dynamitesDefused',
    label: 'Dynamites defused',
    unit: 'count',
    adds: { kind: 'sum', column: 'dynamites_defused' },
  },
  {
    key: 'constructions',
    label: 'Repairs and constructions',
    unit: 'count',
    adds: { kind: 'sum', column: 'constructions' },
    since: SINCE_37,
  },
  {
    key: 'tank',
    label: 'Lives taken per death',
    note: 'Damage received per death, in lives of 130 HP',
    unit: 'ratio',
    adds: { kind: 'ratio', part: 'damage_received', whole: 'deaths', times: 1 / LIFE },
  },
  {
    key: 'multikills',
    label: 'Multikills',
    unit: 'multikills',
    adds: {
      kind: 'kinds',
      columns: {
        double: 'double_kills',
        triple: 'triple_kills',
        quad: 'quad_kills',
        five: 'multi_kills',
        six: 'mega_kills',
      },
    },
  },
  {
    key: 'killingSpree',
    label: 'Best killing spree',
    note: 'The best',
    unit: 'count',
    adds: { kind: 'best', column: 'killing_spree_best' },
  },
  {
    key: 'deathSpree',
    label: 'Worst death spree',
    note: 'The worst',
    unit: 'count',
    adds: { kind: 'best', column: 'death_spree_worst' },
  },
] as const satisfies readonly Metric[]

type Row = (typeof METRICS)[number]

export type MetricKey = Row['key']

/** All figures of a player; null is unknown. Times in seconds, ratios as they are shown. */
export type Figures = { [M in Row as M['key']]: FigureOf<M> }

type FigureOf<M> = M extends { adds: { kind: 'kinds'; columns: infer Columns } }
  ? { [Kind in keyof Columns]: number } | null
  : M extends { always: true }
    ? number
    : number | null

/** A row as the general type: optional facts can be asked of every row. */
export const METRIC_ROWS: readonly (Metric & { key: MetricKey })[] = METRICS

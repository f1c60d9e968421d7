import { type Aggregate, type Aggregated, aggregateOne, aggregatesOf, steady } from './aggregate.ts'
import { clock, count, hitPoints, multikills, percent, ratio } from './forms.ts'
import { type Figures, METRIC_ROWS, type Metric, type MetricKey, type Unit } from './metrics-table.ts'
import type { PlayerRow } from './session-rows.ts'

/** Shots and hits of the weapons that are aimed. */
export interface Aimed {
  shots: number
  hits: number
}

/** Every figure of the table from its aggregates. `ofAll`: those of all players together, for shares; null: unknown. */
export function figuresOf(own: Aggregated, aimed: Aimed, ofAll: Aggregated | null): Figures {
  return figuresOfMetrics(ALL, { own, aimed, ofAll }) as object as Figures
}

/**
 * Some figures: what they are made of, and how. `take` wants the aggregates in the order of `aggregates`. A board asks
 * for one of everybody, and making all of them would cost ten times as much.
 */
export function pickFigures<Key extends MetricKey>(keys: readonly Key[]): PickedFigures<Key> {
  const metrics = ALL.filter(({ metric }) => isWanted(metric, keys))
  const aggregates = [...new Map(metrics.flatMap(({ made }) => made).map(each => [each.name, each])).values()]
  return {
    aggregates,
    take(sums, aimed) {
      const own = new Map(aggregates.map(({ name }, index) => [name, sums[index] ?? null]))
      return figuresOfMetrics(metrics, { own, aimed, ofAll: null }) as object as Pick<Figures, Key>
    },
  }
}

export interface PickedFigures<Key extends MetricKey> {
  aggregates: readonly Aggregate[]
  take: (sums: readonly (number | null)[], aimed: Aimed) => Pick<Figures, Key>
}

/** Itself, or as a part of one that is made of others. */
function isWanted({ key }: { key: MetricKey }, keys: readonly MetricKey[]): boolean {
  return METRIC_ROWS.some(
    ({ key: wanted, adds }) =>
      keys.includes(wanted) &&
      (wanted === key || (adds.kind === 'percent' && (adds.part === key || adds.whole === key))),
  )
}

/** What each metric is made of, found out once: boards ask for the figures of everybody. */
const ALL = METRIC_ROWS.map(metric => ({ metric, made: aggregatesOf(metric) }))

function figuresOfMetrics(metrics: typeof ALL, sums: Omit<Known, 'above'>): Record<string, Figure> {
  const above: Record<string, Figure> = {}
  const known = { ...sums, above }
  for (const { metric, made } of metrics) above[metric.key] = figureOf(metric, made, known)
  return above
}

/** Picked figures of rows that are here already, such as those of one map. */
export function figuresOfRows<Key extends MetricKey>(
  rows: readonly PlayerRow[],
  { aggregates, take }: PickedFigures<Key>,
): Pick<Figures, Key> {
  return take(
    aggregates.map(each => aggregateOne(rows, each)),
    NO_SHOTS,
  )
}

const NO_SHOTS: Aimed = { shots: 0, hits: 0 }

type Figure = number | Record<string, number> | null

interface Known {
  own: Aggregated
  aimed: Aimed
  ofAll: Aggregated | null
  above: Readonly<Record<string, Figure>>
}

function figureOf(metric: Metric, made: readonly Aggregate[], { own, aimed, ofAll, above }: Known): Figure {
  const { adds } = metric
  const first = sumIn(own, made[0])
  const second = sumIn(own, made[1])
  switch (adds.kind) {
    case 'sum':
      // Minutes have one decimal in the file: sums of them are whole tenths.
      if (adds.times !== undefined) return first === null ? null : Math.round(first * adds.times * 10) / 10
      return first ?? (metric.always ? 0 : null)
    case 'best':
      return first
    case 'ratio':
      if (first !== null && second) return (first / second) * (adds.times ?? 1)
      return adds.orPart ? (first ?? 0) : null
    case 'share': {
      const all = ofAll === null ? null : sumIn(ofAll, made[0])
      return first === null || !all ? null : (100 * first) / all
    }
    case 'aimed':
      return aimed[adds.cell]
    case 'percent':
      return percentOf(Number(above[adds.part]), Number(above[adds.whole]))
    case 'kinds': {
      const kinds = Object.keys(adds.columns).map((kind, index) => [kind, sumIn(own, made[index])])
      return kinds.some(([, times]) => times === null) ? null : Object.fromEntries(kinds)
    }
  }
}

function sumIn(sums: Aggregated, made: Aggregate | undefined): number | null {
  const sum = made === undefined ? null : (sums.get(made.name) ?? null)
  return sum === null ? null : steady(sum)
}

export function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole
}

/** A figure as it is shown everywhere; `-` is unknown. */
export function showFigure(key: MetricKey, figures: Pick<Figures, MetricKey> | Partial<Figures>): string {
  const metric = METRIC_ROWS.find(each => each.key === key)
  const value = figures[key] ?? null
  return metric ? showValue(metric.unit, value) : '-'
}

export function showValue(unit: Unit, value: number | Record<string, number> | null): string {
  if (value === null) return '-'
  if (unit === 'multikills') return typeof value === 'number' ? '-' : multikills(value)
  return typeof value === 'number' ? FORMS[unit](value) : '-'
}

const FORMS: Record<Exclude<Unit, 'multikills'>, (value: number) => string> = {
  count,
  'hit points': hitPoints,
  seconds: clock,
  percent,
  'per minute': value => String(Math.round(value)),
  ratio,
  tenths: value => value.toFixed(1),
}

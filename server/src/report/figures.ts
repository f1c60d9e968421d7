import { type Aggregated, aggregate, aggregatesOf, steady } from './aggregate.ts'
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
  const figures = new Map<string, number | Record<string, number> | null>()
  for (const [index, metric] of METRIC_ROWS.entries())
    figures.set(metric.key, figureOf(metric, SUM_NAMES[index] ?? [], { own, aimed, ofAll, above: figures }))
  return Object.fromEntries(figures) as Figures
}

/** What each metric is made of, found out once: boards ask for the figures of everybody. */
const SUM_NAMES = METRIC_ROWS.map(metric => aggregatesOf(metric).map(({ name }) => name))

/** The same of rows that are here already, such as those of one map. */
export function figuresOfRows(rows: readonly PlayerRow[], aimed: Aimed = NO_SHOTS): Figures {
  return figuresOf(aggregate(rows), aimed, null)
}

const NO_SHOTS: Aimed = { shots: 0, hits: 0 }

interface Known {
  own: Aggregated
  aimed: Aimed
  ofAll: Aggregated | null
  above: ReadonlyMap<string, unknown>
}

function figureOf(
  metric: Metric,
  names: readonly string[],
  { own, aimed, ofAll, above }: Known,
): number | Record<string, number> | null {
  const { adds } = metric
  const sumIn = (sums: Aggregated | null, name = '') => {
    const sum = sums?.get(name) ?? null
    return sum === null ? null : steady(sum)
  }
  const first = sumIn(own, names[0])
  const second = sumIn(own, names[1])
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
      const all = sumIn(ofAll, names[0])
      return first === null || !all ? null : (100 * first) / all
    }
    case 'aimed':
      return aimed[adds.cell]
    case 'percent':
      return percentOf(Number(above.get(adds.part)), Number(above.get(adds.whole)))
    case 'kinds': {
      const kinds = Object.keys(adds.columns).map((kind, index) => [kind, sumIn(own, names[index])])
      return kinds.some(([, made]) => made === null) ? null : Object.fromEntries(kinds)
    }
  }
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

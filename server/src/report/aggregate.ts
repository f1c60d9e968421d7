import type { PlayerStatsTable } from '../db/tables.ts'
import { METRIC_ROWS, type Metric, type SummedColumn } from './metrics-table.ts'

/**
 * What a figure is made of: one number over many rounds, summed here or by the database. `where`: only over the rounds
 * that know this column as well.
 */
export interface Aggregate {
  name: string
  column: SummedColumn
  how: 'sum' | 'max'
  where?: SummedColumn
}

/** By the name of the aggregate; null: no round knows it. */
export type Aggregated = ReadonlyMap<string, number | null>

/**
 * A sum of fractions differs in its last digits by the order in which it was added up, and the database may choose one.
 * To a millionth every order gives the same figure.
 */
export function steady(sum: number): number {
  return Math.round(sum * 1e6) / 1e6
}

/** All that the table of metrics asks for, each once. */
export const AGGREGATES: readonly Aggregate[] = [
  ...new Map(
    METRIC_ROWS.flatMap(metric => aggregatesOf(metric).map(each => [each.name, each] as const)),
  ).values(),
]

/** The aggregates of one metric, in the order in which `figuresOf` takes them. */
export function aggregatesOf({ adds }: Metric): Aggregate[] {
  switch (adds.kind) {
    case 'sum':
    case 'share':
      return [sumOf(adds.column)]
    case 'best':
      return [{ name: `max(${adds.column})`, column: adds.column, how: 'max' }]
    case 'ratio':
      return [sumOf(adds.part, adds.whole), sumOf(adds.whole, adds.part)]
    case 'kinds':
      return Object.values(adds.columns).map(column => sumOf(column))
    case 'aimed':
    case 'percent':
      return []
  }
}

function sumOf(column: SummedColumn, where?: SummedColumn): Aggregate {
  return where === undefined
    ? { name: `sum(${column})`, column, how: 'sum' }
    : { name: `sum(${column}) where ${where}`, column, how: 'sum', where }
}

/** The same numbers that the database makes of the same rows. */
export function aggregate(rows: readonly PlayerStatsTable[]): Aggregated {
  return new Map(AGGREGATES.map(each => [each.name, aggregateOne(rows, each)]))
}

export function aggregateOne(
  rows: readonly PlayerStatsTable[],
  { column, how, where }: Aggregate,
): number | null {
  let total: number | null = null
  for (const row of rows) {
    const value = row[column]
    if (value === null || (where !== undefined && row[where] === null)) continue
    total = total === null ? value : how === 'sum' ? total + value : Math.max(total, value)
  }
  return total
}

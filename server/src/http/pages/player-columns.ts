import { showValue } from '../../report/figures.ts'
import { type Figures, METRIC_ROWS, type Metric, type MetricKey } from '../../report/metrics-table.ts'
import type { StatColumn } from './stat-table.ts'

const COLUMNS = METRIC_ROWS.flatMap(metric => (metric.column ? [{ metric, ...metric.column }] : [])).sort(
  (a, b) => a.place - b.place,
)

/** Of a whole session. */
export const SESSION_COLUMNS: readonly StatColumn<Figures>[] = COLUMNS.map(({ metric }) => columnOf(metric))

/** Of one side in one round. */
export const ROUND_COLUMNS: readonly StatColumn<Figures>[] = COLUMNS.filter(
  ({ onlySession }) => !onlySession,
).map(({ metric }) => columnOf(metric))

/** The columns of some figures, for rows that have no others. */
export function columnsOf<Key extends MetricKey>(keys: readonly Key[]): StatColumn<Pick<Figures, Key>>[] {
  return keys.flatMap(key => METRIC_ROWS.filter(metric => metric.key === key)).map(columnOf)
}

function columnOf<Row extends Partial<Figures>>(metric: Metric & { key: MetricKey }): StatColumn<Row> {
  const { key, unit, label, meaning, since, column } = metric
  const figureIn = (row: Row) => row[key] ?? null
  return {
    label: column?.short ?? label,
    meaning: `${meaning ?? label}${since === undefined ? '' : `; since ${since}`}`,
    value: row => {
      const value = figureIn(row)
      return typeof value === 'number' ? value : null
    },
    show: row => showValue(unit, figureIn(row)),
    ...(column?.marksBest && { marksBest: true }),
  }
}

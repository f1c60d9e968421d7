import { METRIC_ROWS, type MetricKey } from '../metrics-table.ts'
import type { SessionFigures } from './player-history.ts'

/** A player's newest session against what is usual for him. */
export interface Baseline {
  key: MetricKey
  label: string
  latest: number | null
  /** The median of the sessions before it. */
  usual: number
  /** How far a session of his lies from that, usually: the median distance. */
  spread: number
  /** Only where the newest lies further off than that. */
  mark: 'up' | 'down' | null
}

const BASELINE_METRICS: readonly MetricKey[] = ['dpm', 'kd', 'accuracy', 'headshotPercent']
const SESSIONS = 20
/** Of fewer nothing is usual. */
const LEAST_SESSIONS = 5

/** `sessions`: the newest first. Empty while too few were played. */
export function baseline([newest, ...before]: readonly SessionFigures[]): Baseline[] {
  if (!newest) return []
  return BASELINE_METRICS.flatMap(key => {
    const values = before.slice(0, SESSIONS).flatMap(session => numberIn(session, key) ?? [])
    if (values.length < LEAST_SESSIONS) return []
    const usual = median(values)
    const spread = median(values.map(value => Math.abs(value - usual)))
    const latest = numberIn(newest, key)
    const off = latest === null ? 0 : latest - usual
    const mark = Math.abs(off) <= spread ? null : off > 0 ? ('up' as const) : ('down' as const)
    return [
      { key, label: METRIC_ROWS.find(row => row.key === key)?.label ?? key, latest, usual, spread, mark },
    ]
  })
}

function numberIn(session: SessionFigures, key: MetricKey): number | null {
  const value = session.figures[key]
  return typeof value === 'number' ? value : null
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return (low + high) / 2
}

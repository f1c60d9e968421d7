import { monitorEventLoopDelay } from 'node:perf_hooks'
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client'

/** How often it is looked at. At prom-client's 10 ms an idle server wakes a hundred times a second for this alone. */
const RESOLUTION_MS = 250
const NANOSECONDS = 1e9

/** What prom-client's own look is told: never, in the time of any process. */
const NEVER_MS = 2 ** 31 - 1

/**
 * What prom-client tells of any process, but for its gauges of the event loop's lag, which count the time between two
 * looks as lag: instead how late the loop came to its timers since the last scrape, in seconds.
 */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: NEVER_MS })
  for (const part of ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'])
    registry.removeSingleMetric(`nodejs_eventloop_lag_${part}_seconds`)
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  new Gauge({
    name: 'debrief_event_loop_lag_seconds',
    help: 'How late the event loop came to its timers since the last scrape; quantile 1 is the longest.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      for (const quantile of [0.5, 0.9, 0.99, 1])
        this.set(
          { quantile },
          Math.max(0, delays.percentile(quantile * 100) / NANOSECONDS - RESOLUTION_MS / 1000),
        )
      delays.reset()
    },
  })
}

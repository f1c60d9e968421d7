import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createMetrics } from '../../server/src/metrics.ts'

t.test('the lag of the event loop is what it stood still, not the time between two looks', async t => {
  const { registry } = createMetrics()
  const lagOf = async () => {
    const metrics = await registry.getMetricsAsJSON()
    const lags = metrics.find(({ name }) => name === 'debrief_event_loop_lag_seconds')
    return Object.fromEntries(lags?.values.map(({ labels, value }) => [String(labels.quantile), value]) ?? [])
  }
  // Begun anew by a scrape, so that what the start of the process took is not in it; the next look is the first of two.
  await sleep(300)
  await lagOf()
  await sleep(600)
  const stopsAt = performance.now() + 1_000
  while (performance.now() < stopsAt);
  await sleep(300)
  const { 1: longest = 0 } = await lagOf()
  t.ok(longest > 0.5, 'a stop of a second is seen')
  t.notMatch(await registry.metrics(), /nodejs_eventloop_lag_(p|m|std)/)
})

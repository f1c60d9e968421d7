import { pino } from 'pino'
import t from 'tap'
import { Gate } from '../../../agent/src/delivery/gate.ts'
import { keepHealthy, type RunResult } from '../../../agent/src/upkeep/keep-healthy.ts'
import { testClock } from '../../support/test-clock.ts'

function scene(
  t: { teardown(fn: () => unknown): unknown },
  {
    isSupervised = true,
    isLinked = false,
    isPlaceGone = () => false,
    quietSince = () => 0,
  }: {
    isSupervised?: boolean
    isLinked?: boolean
    isPlaceGone?: () => boolean
    quietSince?: () => number
  } = {},
) {
  const clock = testClock()
  const gate = new Gate({ clock })
  const log = pino({ level: 'silent' })
  const token = { current: () => 'a', refresh: async () => false }
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  let result: RunResult | null = null
  const context = { gate, token, clock, log, isPlaceGone, isSupervised, isLinked, quietSince }
  const done = keepHealthy(context, stop.signal).then(ended => (result = ended))
  return { clock, gate, stop, done, result: () => result }
}

t.test('a folder that is gone for a minute needs a new start; one that comes back does not', async t => {
  let isGone = true
  const short = scene(t, { isPlaceGone: () => isGone })
  await short.clock.pass(50_000)
  isGone = false
  await short.clock.pass(600_000)
  t.equal(short.result(), null)
  isGone = true
  await short.clock.pass(66_000)
  t.match(short.result(), { kind: 'restart', reason: /folder is gone/ })
  const byHand = scene(t, { isPlaceGone: () => true, isSupervised: false })
  await byHand.clock.pass(600_000)
  t.equal(byHand.result(), null, 'nobody would start it again')
})

t.test('a token that is refused for a minute needs a new start', async t => {
  const refused = scene(t)
  await refused.gate.pass(async () => ({ kind: 'unauthorized', reason: 'no' }))
  await refused.clock.pass(66_000)
  t.match(refused.result(), { kind: 'restart', reason: /token/ })
})

t.test('where the path holds a link, half an hour without a file does', async t => {
  let last = 0
  const linked = scene(t, { isLinked: true, quietSince: () => last })
  await linked.clock.pass(1_700_000)
  last = linked.clock.now()
  await linked.clock.pass(1_700_000)
  t.equal(linked.result(), null, 'while rounds come, nothing is disturbed')
  await linked.clock.pass(200_000)
  t.match(linked.result(), { kind: 'restart', reason: /link/ })
  const plain = scene(t)
  await plain.clock.pass(86_400_000)
  t.equal(plain.result(), null)
  plain.stop.abort()
  t.same(await plain.done, { kind: 'stopped' })
})

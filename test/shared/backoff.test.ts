import { backoff, createWaker } from '@debrief/shared'
import t from 'tap'

t.test('a pause doubles from its base to its cap, and chance may only shorten it', async t => {
  const rule = { baseMs: 500, capMs: 60_000, random: () => 0 }
  t.strictSame(
    [0, 1, 2, 3, 7, 8, 1000].map(failures => backoff(rule, failures)),
    [500, 500, 1000, 2000, 32_000, 60_000, 60_000],
  )
  t.equal(backoff({ ...rule, random: () => 1 }, 2), 750, 'a quarter at most')
  t.equal(backoff({ ...rule, random: () => 0.5, jitter: 1 }, 2), 500)
  t.equal(backoff({ ...rule, random: () => 1, jitter: 0 }, 2), 1000)
})

t.test('a waker', async t => {
  const never = new AbortController().signal
  await t.test('a call that came before the wait ends it at once, and only one', async t => {
    const slept: number[] = []
    const waker = createWaker(async ms => void slept.push(ms))
    waker.wake()
    waker.wake()
    await waker.wait(1_000, never)
    t.strictSame(slept, [])
    await waker.wait(2_000, never)
    t.strictSame(slept, [2_000])
  })
  await t.test('a call, the time or the signal ends a wait', async t => {
    const waker = createWaker()
    const woken = waker.wait(600_000, never)
    waker.wake()
    await woken
    await waker.wait(1, never)
    const stopping = new AbortController()
    const stopped = waker.wait(600_000, stopping.signal)
    stopping.abort()
    await stopped
    await waker.wait(600_000, stopping.signal)
    t.pass('all have ended')
  })
})

import t from 'tap'
import { inTurns } from '../../server/src/in-turns.ts'

t.test('long work lets others in, and keeps its order', async t => {
  let others = 0
  const timer = setInterval(() => {
    others += 1
  }, 0)
  t.teardown(() => clearInterval(timer))
  const seen: number[] = []
  const done = await inTurns([1, 2, 3, 4, 5, 6, 7, 8], item => {
    for (const end = performance.now() + 15; performance.now() < end; );
    seen.push(others)
    return item * 2
  })
  t.strictSame(done, [2, 4, 6, 8, 10, 12, 14, 16])
  t.equal(seen[0], 0)
  // The first turn may come without a look at timers; those behind it begin with one.
  t.ok((seen.at(-1) ?? 0) > 0)
  t.strictSame(await inTurns([], () => 1), [])
  await t.rejects(
    inTurns([1], () => {
      throw new Error('no')
    }),
    { message: 'no' },
  )
})

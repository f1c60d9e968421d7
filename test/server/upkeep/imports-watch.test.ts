import t from 'tap'
import { importsWatch } from '../../../server/src/upkeep/imports-watch.ts'

const marked = (newest: number) => ({ what: `s ${newest}`, newest })
const NOTHING = { what: null, newest: 0 }

t.test('what has rested is summed', async t => {
  const planFor = importsWatch()
  t.same(planFor(NOTHING, 0), { kind: 'all' }, 'at the start, whatever is marked')
  t.same(planFor(NOTHING, 1_000), { kind: 'nothing' })
  t.same(planFor(marked(7), 2_000), { kind: 'rested', upTo: 0 }, 'a round came: nothing older waits')
  t.same(planFor(marked(7), 3_000), { kind: 'nothing' })
  t.same(planFor(marked(7), 5_000), { kind: 'all' }, 'for three seconds nothing came')
})

t.test('while imports go on only what has rested is summed, a portion in ten seconds', async t => {
  const planFor = importsWatch()
  planFor(marked(1), 0)
  const plans = Array.from({ length: 60 }, (_, second) =>
    planFor(marked(100 * (second + 1)), 1_000 * (second + 1)),
  )
  t.equal(plans.filter(({ kind }) => kind === 'all').length, 0)
  const portions = plans.filter(plan => plan.kind === 'rested')
  t.equal(portions.length, 6)
  t.same(portions[1], { kind: 'rested', upTo: 1_000 }, 'what changed since the last look is left')
})

t.test('a process that starts amid imports waits and sees', async t => {
  const planFor = importsWatch()
  t.same(planFor(marked(5), 0), { kind: 'nothing' })
  t.same(planFor(marked(5), 3_000), { kind: 'all' })
})

import fc from 'fast-check'
import t from 'tap'
import { rebuild } from '../../../server/src/import/rebuild.ts'
import { compareNight } from '../../support/compare-night.ts'
import { makeNight } from '../../support/game-server/make-night.ts'
import { SCENE_NAMES } from '../../support/game-server/scenes.ts'
import { SCRIPT_NAMES, SCRIPTS } from '../../support/game-server/scripts.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

/** Summer, both nights on which the clock is changed, and one that begins just before midnight. */
const STARTS = [
  '2026-06-05T19:40:00Z',
  '2026-03-28T22:00:00Z',
  '2026-10-24T21:00:00Z',
  '2026-02-03T22:20:00Z',
]

for (const script of ['c0rnp0rn7', 'c0rnp0rn8'] as const) {
  t.test(`what engines, scripts and people do, with a header of ${SCRIPTS[script].headerValues}`, async t => {
    const { db } = await testDatabase(t)
    for (const [seed, scene] of SCENE_NAMES.entries()) {
      const night = makeNight(seed + 1, { script, scenes: [scene] })
      for (const [order, files] of [
        ['as they came', night.files],
        ['the last first', night.files.toReversed()],
      ] as const) {
        const server = await gameServer(db, `${scene}, ${order}`)
        await deliverAll(db, server, files)
        t.strictSame(await compareNight(db, night, server.serverId), [], `${scene}: ${order}`)
      }
    }
  })
}

t.test('each script that ever wrote files: nothing wrong, and nothing refused', async t => {
  const { db } = await testDatabase(t)
  for (const [seed, script] of SCRIPT_NAMES.entries()) {
    const night = makeNight(seed + 1, {
      script,
      scenes: ['a match', 'the same map twice', 'left in warm-up'],
    })
    const server = await gameServer(db, script)
    const receipts = await deliverAll(db, server, night.files)
    const kept = receipts.filter(receipt => receipt.status === 'imported').map(receipt => receipt.file.name)
    t.strictSame(
      kept,
      night.files.map(file => file.name).filter(name => !night.copies.includes(name)),
      script,
    )
    t.strictSame(await compareNight(db, night, server.serverId), [], script)
  }
})

t.test(
  'nights that mix it all, in any order, with repetitions, and made anew: every figure is true',
  async t => {
    const nights = fc
      .tuple(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(...STARTS),
        fc.integer({ min: 2, max: 6 }),
      )
      .map(([seed, start, length]) => makeNight(seed, { start: new Date(start), length }))
      .chain(night =>
        fc.tuple(
          fc.constant(night),
          fc.shuffledSubarray(night.files, { minLength: night.files.length }),
          fc.subarray(night.files, { maxLength: 4 }),
        ),
      )
    await fc.assert(
      fc.asyncProperty(nights, async ([night, shuffled, repeated]) => {
        const { db } = await testDatabase(t)
        await deliverAll(db, await gameServer(db), [...shuffled, ...repeated])
        const story = night.story.join('\n')
        t.strictSame(await compareNight(db, night), [], story)
        await rebuild({ db, sessionGapMinutes: 60 })
        t.strictSame(await compareNight(db, night), [], `made anew: ${story}`)
      }),
      // Other nights in each run would be luck; more of them: DEBRIEF_EVENINGS=500.
      { numRuns: Number(process.env.DEBRIEF_EVENINGS ?? 4), seed: 20261126, endOnFailure: true },
    )
  },
)

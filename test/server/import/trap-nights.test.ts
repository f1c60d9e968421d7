import fc from 'fast-check'
import t from 'tap'
import { compareWithTruth } from '../../support/compare-with-truth.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'
import { trapNight } from '../../support/trap-night.ts'

const ZONE = 'Europe/Ljubljana'
const EVENING = new Date('2026-06-05T19:40:00Z')

t.test('nights with every trap: every figure is true', async t => {
  for (const seed of [1, 2, 3]) {
    const { db } = await testDatabase(t)
    const { files, aborted } = trapNight(seed, ZONE, EVENING)
    await deliverAll(db, await gameServer(db), files)
    t.strictSame(await compareWithTruth(db, files), [], `night ${seed}`)

    const rounds = await db.selectFrom('rounds').selectAll().orderBy('ended_at').execute()
    t.strictSame(
      rounds.filter(round => round.status === 'aborted').map(round => round.filename),
      aborted,
    )
    t.ok(rounds.every(round => round.status !== 'awaiting_round_1'))
    const pairs = rounds
      .filter(round => round.round_number === 1)
      .map(round => rounds.filter(other => other.match_id === round.match_id))
      .filter(each => each.length === 2)
    t.equal(pairs.length, 7, 'seven maps were played to the end')
    t.ok(
      pairs.every(([a, b]) => a?.map_name === b?.map_name && a?.round_number === 1 && b?.round_number === 2),
    )
    t.strictSame([...new Set(rounds.map(round => round.gaming_session_id))], [1, 2])
  }
})

t.test('in any order, in summer and in the nights of both clock changes: every figure is true', async t => {
  const starts = ['2026-06-05T19:40:00Z', '2026-03-28T22:00:00Z', '2026-10-24T21:00:00Z']
  const nights = fc
    .tuple(fc.integer({ min: 100, max: 10_000 }), fc.constantFrom(...starts))
    .map(([seed, start]) => trapNight(seed, ZONE, new Date(start)).files)
    .chain(files => fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length })))
  await fc.assert(
    fc.asyncProperty(nights, async ([files, shuffled]) => {
      const { db } = await testDatabase(t)
      const sent = shuffled.map(file => ({ ...file, modifiedAt: file.writtenAt }))
      await deliverAll(db, await gameServer(db), sent)
      t.strictSame(await compareWithTruth(db, files), [])
      const rounds = await db.selectFrom('rounds').select(['filename', 'ended_at']).execute()
      for (const file of files) {
        const round = rounds.find(each => each.filename === file.name)
        t.equal(round?.ended_at.getTime(), Math.floor(file.writtenAt.getTime() / 1000) * 1000, file.name)
      }
    }),
    { numRuns: 8 },
  )
})

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

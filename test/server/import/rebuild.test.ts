import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import t from 'tap'
import { rebuild } from '../../../server/src/import/rebuild.ts'
import { corpusFiles, damagedCases } from '../../support/corpus.ts'
import { makeNight } from '../../support/game-server/make-night.ts'
import { deliverAll, derivedRows, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const ZONE = 'Europe/Ljubljana'
const NIGHT = makeNight(21, {
  script: 'c0rnp0rn8',
  scenes: [
    ...(['a match', 'round 2 broken off and played again', 'a match reset after round 1'] as const),
    ...(['two bots of one name', 'eighty minutes inside a map'] as const),
  ],
}).files

t.test('every derived row is made again from the bytes, whatever was done to it', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test', ZONE)
  const damaged = damagedCases().map(each => ({ name: each.upload_name, content: each.content }))
  await deliverAll(db, server, [...NIGHT, ...damaged])
  const before = await derivedRows(db)

  await sql`update player_comprehensive_stats set kills = kills + 100, clean_name = 'x'`.execute(db)
  await sql`delete from weapon_comprehensive_stats where weapon_name = 'mp40'`.execute(db)
  await sql`update rounds set winner = 'draw', status = 'complete', match_id = null`.execute(db)
  await sql`delete from rounds where round_id % 3 = 0`.execute(db)
  await sql`update processed_files set warnings = '[]', error_message = 'x' where status <> 'imported'`.execute(
    db,
  )
  t.notOk(isDeepStrictEqual(await derivedRows(db), before))

  const steps: number[] = []
  const { files } = await rebuild({ db, sessionGapMinutes: 60 }, { onProgress: done => steps.push(done) })
  t.equal(files, steps.length)
  const after = await derivedRows(db)
  // A name that cannot be stored as it came is not judged again; its message stays as it is.
  const isJudged = (row: unknown) => !(Array.isArray(row) && row[4] === 'bad_file_name')
  t.strictSame(after.filter(isJudged), before.filter(isJudged))
})

t.test('another time zone moves every round, and the sessions with them', async t => {
  // Two matches of each of the three evenings.
  const evenings = corpusFiles('evenings').filter((_, index) => index % 20 < 4)
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test', 'UTC')
  await deliverAll(db, server, evenings)
  await db.updateTable('game_servers').set({ timezone: ZONE }).execute()
  await rebuild({ db, sessionGapMinutes: 60 })

  const other = await testDatabase(t)
  await deliverAll(other.db, await gameServer(other.db, 'test', ZONE), evenings)
  t.strictSame(await derivedRows(db), await derivedRows(other.db))
  t.strictSame(
    (await db.selectFrom('gaming_sessions').select('gaming_session_id').orderBy('started_at').execute()).map(
      session => session.gaming_session_id,
    ),
    [1, 2, 3],
    'sessions keep their numbers',
  )
})

t.test('another gap regroups the sessions', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db, 'test', ZONE), NIGHT)
  const count = async () => (await db.selectFrom('gaming_sessions').selectAll().execute()).length
  t.equal(await count(), 2)
  await rebuild({ db, sessionGapMinutes: 120 })
  t.equal(await count(), 1)
  await rebuild({ db, sessionGapMinutes: 5 })
  t.ok((await count()) > 5)
})

t.test('uploads go on during a rebuild', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test', ZONE)
  await deliverAll(db, server, NIGHT.slice(0, 8))
  await Promise.all([rebuild({ db, sessionGapMinutes: 60 }), deliverAll(db, server, NIGHT.slice(8))])
  const other = await testDatabase(t)
  await deliverAll(other.db, await gameServer(other.db, 'test', ZONE), NIGHT)
  t.strictSame(await derivedRows(db), await derivedRows(other.db))
})

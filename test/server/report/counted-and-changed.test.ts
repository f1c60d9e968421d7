import type { Kysely } from 'kysely'
import t from 'tap'
import type { DB } from '../../../server/src/db/tables.ts'
import { sessionVersion } from '../../../server/src/report/session-version.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliver, deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const EVENING = corpusFiles('evenings').slice(0, 8)

function nth(index: number) {
  const file = EVENING[index]
  if (!file) throw new Error(`The evening has no file ${index}.`)
  return file
}

/** The same bytes under a stamp of that morning: the earlier one is the round, in a session of its own. */
function earlier({ name, content }: { name: string; content: Buffer }) {
  return { name: name.replace(/^(\d{4}-\d\d-\d\d)-\d{6}/, '$1-090000'), content }
}

t.test('a session that loses a round in its middle has changed', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  await deliverAll(db, server, EVENING)
  const before = await stateOf(db, 1)
  // A round 2: nothing that stays rests on it, and the session keeps its begin and its end.
  await deliver(db, server, earlier(nth(3)))
  const after = await stateOf(db, 1)
  t.strictSame([before.rounds, after.rounds], [8, 7])
  t.ok(after.changedAt > before.changedAt, 'its footer has another date')
  t.not(after.version, before.version)
})

t.test('so has the session that holds the other half of a map', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  const late = { ...nth(1), name: '2026-05-05-223000-supply-round-2.txt' }
  await deliverAll(db, server, [nth(0), late])
  const [first, second] = [await stateOf(db, 1), await stateOf(db, 2)]
  t.strictSame([first.rounds, second.rounds], [1, 1])
  await deliver(db, server, earlier(late))
  const after = await stateOf(db, 1)
  t.not(after.version, first.version)
  t.ok(after.changedAt > first.changedAt)
})

t.test('a version stays as long as nothing is written, and is of one session', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  await deliverAll(db, server, EVENING.slice(0, 2))
  const before = await stateOf(db, 1)
  await deliverAll(db, server, EVENING.slice(0, 2))
  t.strictSame(await stateOf(db, 1), before, 'the same files again')
  const days = { name: nth(0).name.replace('2026-05-05', '2026-04-05'), content: nth(0).content }
  await deliver(db, server, days)
  t.strictSame(await stateOf(db, 1), before, 'another evening')
  await deliver(db, server, nth(2))
  t.not((await stateOf(db, 1)).version, before.version)
  t.equal(await sessionVersion(db, 99), null)
})

async function stateOf(db: Kysely<DB>, session: number) {
  const { changed_at } = await db
    .selectFrom('gaming_sessions')
    .select('changed_at')
    .where('gaming_session_id', '=', session)
    .executeTakeFirstOrThrow()
  const rounds = await db
    .selectFrom('rounds')
    .select('round_id')
    .where('gaming_session_id', '=', session)
    .execute()
  return { changedAt: changed_at, rounds: rounds.length, version: await sessionVersion(db, session) }
}

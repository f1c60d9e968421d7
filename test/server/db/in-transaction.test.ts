import { sql, type Transaction } from 'kysely'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { openDatabase } from '../../../server/src/db/database.ts'
import { answerTo, inOrder, inTransaction, type Statement } from '../../../server/src/db/in-transaction.ts'
import type { DB } from '../../../server/src/db/tables.ts'
import { cuttableDatabase } from '../../support/cuttable-database.ts'
import { heardStatements } from '../../support/heard-statements.ts'
import { withClient } from '../../support/test-database/database-url.ts'
import { testDatabase } from '../../support/test-database.ts'

const log = pino({ level: 'silent' })

/** One connection: one that was not given back would be missed at once. No counters. */
async function oneConnection(t: Test) {
  const { url } = await testDatabase(t)
  await withClient(url, client => client.query('delete from counters'))
  const { db, pool, close } = openDatabase({ url, log, max: 1 })
  t.teardown(close)
  const counters = async () =>
    (await db.selectFrom('counters').select('name').orderBy('name').execute()).map(({ name }) => name)
  return { db, pool, url, counters }
}

async function count(trx: Transaction<DB>, name: string): Promise<void> {
  await trx.insertInto('counters').values({ name, value: 1 }).execute()
}

function lastly(trx: Transaction<DB>, name: string): Statement<string> {
  return {
    query: sql`insert into counters (name, value) values (${name}, 1) returning name`.compile(trx),
    read: ([row]) => (row as { name: string }).name,
  }
}

t.test(
  'statements go out when they are asked, are worked off in this order, and the last one with the COMMIT',
  async t => {
    const { db, pool, counters } = await oneConnection(t)
    const heard = await heardStatements(t, pool)
    const answer = await inTransaction(db, async trx => {
      const both = await inOrder(
        count(trx, 'one'),
        sql<{ name: string }>`select name from counters`.execute(trx),
      )
      t.same(both[1].rows, [{ name: 'one' }], 'the second sees what the first did')
      return lastly(trx, 'two')
    })
    t.equal(answer, 'two')
    const words = heard.map(({ text, event }) => `${/\w+/.exec(text)} ${event}`)
    t.strictSame(words, [
      ...['begin asked', 'begin answered'],
      ...['insert asked', 'select asked', 'insert answered', 'select answered'],
      ...['insert asked', 'commit asked', 'insert answered', 'commit answered'],
    ])
    t.strictSame(await counters(), ['one', 'two'])
  },
)

t.test('what fails leaves nothing behind, and gives its connection back', async t => {
  const { db, url, counters } = await oneConnection(t)
  const refused = { code: '23505' }
  const ours = inTransaction(db, async trx => {
    await count(trx, 'ours')
    throw new TypeError('a bug')
  })
  await t.rejects(ours, new TypeError('a bug'))
  const last = inTransaction(db, async trx => {
    await count(trx, 'last')
    return lastly(trx, 'last')
  })
  await t.rejects(last, refused, 'the last statement, behind which a COMMIT is under way')
  const first = inTransaction(db, async trx => {
    await count(trx, 'first')
    await inOrder(count(trx, 'first'), count(trx, 'second'))
    return lastly(trx, 'never')
  })
  await t.rejects(first, refused, 'not that the transaction is aborted, as the second heard')
  await withClient(url, client =>
    client.query(`alter table counters add column twin text;
      alter table counters add constraint twins unique (value) deferrable initially deferred`),
  )
  const commit = inTransaction(db, async trx => {
    await count(trx, 'one of value 1')
    return lastly(trx, 'another one')
  })
  await t.rejects(commit, refused, 'the COMMIT itself')
  t.strictSame(await counters(), [])
})

t.test(
  'a connection that ends in the middle is a database that is away; the next transaction has another one',
  async t => {
    const { url, counters } = await oneConnection(t)
    const wire = await cuttableDatabase(t, url, { max: 1 })
    const cut = inTransaction(wire.db, async trx => {
      await count(trx, 'lost')
      wire.cut()
      await inOrder(count(trx, 'first'), count(trx, 'second'))
      return lastly(trx, 'never')
    })
    await t.rejects(cut, { name: 'DatabaseAway' })
    wire.whole()
    t.equal(await inTransaction(wire.db, async trx => lastly(trx, 'after it')), 'after it')
    t.strictSame(await counters(), ['after it'])
  },
)

t.test('a last statement can be asked by itself, and taken back', async t => {
  const { db, counters } = await oneConnection(t)
  const trx = await db.startTransaction().execute()
  t.equal(await answerTo(trx, lastly(trx, 'tried')), 'tried')
  await trx.rollback().execute()
  t.strictSame(await counters(), [])
})

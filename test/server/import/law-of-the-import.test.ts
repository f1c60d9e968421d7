import fc from 'fast-check'
import { CompiledQuery, type Kysely } from 'kysely'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { openDatabase } from '../../../server/src/db/database.ts'
import type { DB } from '../../../server/src/db/tables.ts'
import type { GameServer } from '../../../server/src/game-servers/game-server.ts'
import { compareNight } from '../../support/compare-night.ts'
import { damagedCases } from '../../support/corpus.ts'
import { failAtQuery } from '../../support/fail-at-query.ts'
import { makeNight } from '../../support/game-server/make-night.ts'
import type { NightFile } from '../../support/game-server/night-file.ts'
import { openGame, playMatch, truthOf } from '../../support/game-server/play-match.ts'
import { deliver, deliverAll, derivedRows, gameServer, type Sent } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const ZONE = 'Europe/Ljubljana'
const NIGHT = makeNight(7, {
  script: 'c0rnp0rn8',
  scenes: [
    ...(['a match', 'the same map twice', 'round 1 broken off, then the match'] as const),
    ...(['a match reset after round 1', 'two bots of one name', 'eighty minutes inside a map'] as const),
  ],
})

/** What a night's folder looks like to a server after senders of every kind: cut, renamed, repeated, foreign files. */
function deliveries(files: readonly NightFile[]): Sent[] {
  const sent: Sent[] = files.map(({ name, content }) => ({ name, content }))
  const [first, second, third, fourth, fifth] = files
  if (!first || !second || !third || !fourth || !fifth) throw new Error('a night has more rounds than that')
  const lines = (content: Buffer) => content.toString('latin1').split('\n')
  const joined = (parts: string[]) => Buffer.from(parts.join('\n'), 'latin1')
  return [
    ...sent,
    // Again, by another sender.
    { name: first.name, content: first.content, source: 'manual' },
    // By a browser, and with CRLF.
    { name: second.name.replace('.txt', ' (1).txt'), content: second.content },
    {
      name: third.name,
      content: joined(
        lines(third.content).map((line, at, all) => (at < all.length - 1 ? `${line}\r` : line)),
      ),
    },
    // Cut at a line end (valid, but less), and in mid-line (damaged).
    { name: fourth.name, content: joined([...lines(fourth.content).slice(0, 3), '']) },
    { name: fifth.name, content: fifth.content.subarray(0, fifth.content.length - 40) },
    // The same round under a later and under an earlier stamp.
    { name: second.name.replace(/-(\d{4})\d{2}-/, '-$159-'), content: second.content },
    { name: fifth.name.replace(/-(\d{4})\d{2}-/, '-$100-'), content: fifth.content },
    // Another script's, and one that is none.
    { name: first.name.replace('.txt', '-endstats.txt'), content: Buffer.from('Most kills\tx\t1\n') },
    { name: first.name, content: Buffer.from('garbage\n') },
  ]
}

async function tablesAfter(t: Test, sent: readonly Sent[]): Promise<unknown[]> {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db, 'test', ZONE), sent)
  return derivedRows(db)
}

t.test('any order, any repetition, two importers at once: the same tables', async t => {
  const sent = deliveries(NIGHT.files)
  const expected = await tablesAfter(t, sent)
  const orders = fc.tuple(
    fc.shuffledSubarray(sent, { minLength: sent.length }),
    fc.subarray(sent, { maxLength: 5 }),
    fc.infiniteStream(fc.boolean()),
  )
  await fc.assert(
    fc.asyncProperty(orders, async ([shuffled, repeated, choices]) => {
      const { db, url } = await testDatabase(t)
      const other = openDatabase({ url, log: pino({ level: 'silent' }), max: 2 })
      try {
        const server = await gameServer(db, 'test', ZONE)
        await importByTwo(db, other.db, server, [...shuffled, ...repeated], choices)
        t.strictSame(await derivedRows(db), expected)
      } finally {
        await other.close()
      }
    }),
    { numRuns: 5 },
  )
})

async function importByTwo(
  one: Kysely<DB>,
  two: Kysely<DB>,
  server: GameServer,
  sent: readonly Sent[],
  choices: fc.Stream<boolean>,
): Promise<void> {
  const left: Sent[] = []
  const right: Sent[] = []
  for (const file of sent) (choices.next().value ? left : right).push(file)
  await Promise.all([deliverAll(one, server, left), deliverAll(two, server, right)])
}

t.test('the night that repeats an hour: the neighbours tell the time, in any order', async t => {
  // The clock goes back from 03:00 to 02:00 at 01:00 UTC; stamps 02:00 to 03:00 come twice.
  const game = openGame({ seed: 3, start: new Date('2026-10-24T23:50:00Z') })
  const night = [0, 22, 44, 66, 88].flatMap(minutes => {
    const files = playMatch(game, { map: `map_${minutes}`, round2Seconds: 400, gapMinutes: 4 })
    game.wait(270)
    return files
  })
  const bare: Sent[] = night.map(({ name, content }) => ({ name, content }))
  const timed: Sent[] = night

  for (const [what, sent] of [
    ['without modification times', bare],
    ['with modification times', timed],
  ] as const) {
    const expected = await tablesAfter(t, sent)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...sent], { minLength: sent.length }), async shuffled => {
        const { db } = await testDatabase(t)
        await deliverAll(db, await gameServer(db, 'test', ZONE), shuffled)
        t.strictSame(await derivedRows(db), expected)
        const rounds = await db.selectFrom('rounds').selectAll().execute()
        for (const file of night) {
          const round = rounds.find(each => each.filename === file.name)
          t.equal(
            round?.ended_at.toISOString(),
            file.modifiedAt.toISOString().replace(/\.\d+Z/, '.000Z'),
            `${what}: ${file.name}`,
          )
        }
        t.strictSame(await compareNight(db, game.night), [])
      }),
      { numRuns: 3 },
    )
  }
})

t.test('a file that first came without its modification time is retimed when a sender knows it', async t => {
  const game = openGame({ seed: 4, start: new Date('2026-10-25T01:10:00Z') })
  const [late] = playMatch(game, { map: 'supply' })
  const bare: Sent = { name: late.name, content: late.content }
  t.strictSame(await tablesAfter(t, [bare, late]), await tablesAfter(t, [late, bare]))
  const { db } = await testDatabase(t)
  const receipts = await deliverAll(db, await gameServer(db, 'test', ZONE), [bare, late])
  t.strictSame(
    receipts.map(receipt => receipt.duplicate),
    [false, true],
  )
  t.equal(receipts[1]?.round?.endedAt, late.modifiedAt.toISOString().replace(/\.\d+Z/, '.000Z'))
})

t.test('a fault at any query of an import leaves nothing, and the next delivery completes it', async t => {
  const [round1, round2] = NIGHT.files
  if (!round1 || !round2) throw new Error('no night')
  const expected = await tablesAfter(t, [round2, round1])
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test', ZONE)
  await deliver(db, server, round2)
  const before = await derivedRows(db)
  const outbox = () => db.selectFrom('outbox').select('event_id').execute()
  const events = await outbox()
  let faults = 0
  for (let query = 1; ; query += 1) {
    try {
      await deliver(failAtQuery(db, query), server, round1)
      break
    } catch (error) {
      t.match(error, /the connection broke/)
      faults += 1
      t.strictSame(await derivedRows(db), before, `fault at query ${query}`)
      t.strictSame(await outbox(), events)
    }
  }
  t.ok(faults >= 10, `${faults} queries were made to fail`)
  t.strictSame(await derivedRows(db), expected)
})

t.test('a server process that is killed in mid-import leaves nothing', async t => {
  const [round1] = NIGHT.files
  if (!round1) throw new Error('no night')
  const { db, url } = await testDatabase(t)
  const server = await gameServer(db, 'test', ZONE)
  // The other importer holds the server's row, so that ours stands in mid-transaction when its connection is ended.
  await db.transaction().execute(async trx => {
    await trx
      .selectFrom('game_servers')
      .selectAll()
      .where('server_id', '=', server.serverId)
      .forUpdate()
      .execute()
    const other = openDatabase({ url, log: pino({ level: 'silent' }), max: 1 })
    const fate = deliver(other.db, server, round1).then(
      () => 'imported',
      () => 'failed',
    )
    await ended(db)
    t.equal(await fate, 'failed')
    await other.close()
  })
  t.strictSame(await derivedRows(db), [])
  t.equal((await deliver(db, server, round1)).status, 'imported')
})

/** Ends the connection that waits for a lock, as the death of its process does. */
async function ended(db: Kysely<DB>): Promise<void> {
  const waiting = CompiledQuery.raw(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()`,
  )
  for (;;) {
    const { rows } = await db.executeQuery(waiting)
    if (rows.length > 0) return
  }
}

t.test('damaged files change no round, whenever they come', async t => {
  const game = openGame({ seed: 5 })
  const good = ['supply', 'radar', 'oasis'].flatMap(map => playMatch(game, { map }))
  const bad = damagedCases()
    .filter(each => each.expect === 'reject')
    .map(each => ({ name: each.upload_name, content: each.content }))
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test', ZONE)
  await deliverAll(db, server, [...bad.slice(0, 12), ...good, ...bad.slice(12)])
  t.strictSame(await compareNight(db, truthOf(game, good)), [])
  t.equal((await db.selectFrom('rounds').select('round_id').execute()).length, good.length)
})

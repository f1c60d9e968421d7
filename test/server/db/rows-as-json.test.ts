import { sql } from 'kysely'
import t from 'tap'
import { rowsAsJson } from '../../../server/src/db/rows-as-json.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliver } from '../../support/import-files.ts'
import { testApp } from '../../support/test-app.ts'
import { testDatabase } from '../../support/test-database.ts'

t.test('every time that a stamp can tell comes into the tables as it is', async t => {
  const { db } = await testDatabase(t)
  for (const time of [
    '0000-12-31T22:38:00.000Z',
    '-000043-03-15T12:00:00.000Z',
    '0001-01-01T00:00:00.000Z',
    '2026-05-05T20:48:50.123Z',
    '9999-12-31T23:59:59.999Z',
    '+010000-01-01T05:00:00.000Z',
  ]) {
    const { rows } = await sql<{ ms: number; name: string }>`
      select (extract(epoch from at) * 1000)::float8 as ms, name
      from json_to_recordset(${rowsAsJson([{ at: new Date(time), name: time }])}::json) as r (at timestamptz, name text)`.execute(
      db,
    )
    t.strictSame(rows, [{ ms: new Date(time).getTime(), name: time }])
  }
})

t.test('a clock at its very beginning, or at its end, takes no page from the others', async t => {
  const { app, db, serverId } = await testApp(t)
  const [file] = corpusFiles('evenings')
  for (const [index, timezone] of ['Europe/Ljubljana', 'America/St_Johns'].entries()) {
    const server = { serverId, name: 'test', timezone }
    await db.updateTable('game_servers').set({ timezone }).execute()
    for (const stamp of ['0001-01-01-000000', '9999-12-31-235959']) {
      // Else the second would be a copy of the first.
      const content = Buffer.from(String(file?.content).replace('supply', `supply${index}`))
      const name = `${stamp}-supply${index}-round-1.txt`
      t.match(await deliver(db, server, { name, content }), { status: 'imported' })
    }
  }
  for (const path of [
    '/',
    '/sessions/1',
    '/sessions/2',
    '/sessions/3',
    '/sessions/4',
    '/players',
    '/records',
  ])
    t.equal((await app.inject({ url: path, headers: { accept: 'text/html' } })).statusCode, 200, path)
})

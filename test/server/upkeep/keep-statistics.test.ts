import { pino } from 'pino'
import t from 'tap'
import { keepStatistics } from '../../../server/src/upkeep/keep-statistics.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

t.test('what the first files brought is looked at, and neighbours are found by their names', async t => {
  const { db, pool } = await testDatabase(t)
  const server = await gameServer(db)
  const evening = corpusFiles('evenings')
  const years = ['2024', '2025'].flatMap(year =>
    evening.map(({ name, content }) => ({ name: year + name.slice(4), content })),
  )
  await deliverAll(db, server, [...years, ...evening].slice(0, 110))
  const context = { db, log: pino({ level: 'silent' }), state: { databasePrepared: true, readOnly: false } }
  await keepStatistics(context, new AbortController().signal)
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
    `explain select * from processed_files where server_id = $1 and filename = 'a'`,
    [server.serverId],
  )
  t.match(rows.map(row => row['QUERY PLAN']).join('\n'), /server_id_filename_sha256_key/)
})

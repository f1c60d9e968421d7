import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { report } from '../../../server/src/cli/report.ts'
import { loadSessionReport } from '../../../server/src/report/load-session-report.ts'
import { textReport } from '../../../server/src/report/text-report.ts'
import { textTable } from '../../../server/src/report/text-table.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

t.test('debrief report writes every form of a session, and prints the text', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), corpusFiles('evenings').slice(0, 4))
  const dataDir = t.testdir()
  const context = {
    db,
    log: pino({ level: 'silent' }),
    config: { dataDir, publicUrl: 'https://stats.example.org' },
  }
  const printed = t.capture(process.stdout, 'write', () => true)
  t.capture(process.stderr, 'write', () => true)
  await report(context, { session: 'latest' })

  const dir = join(dataDir, 'report')
  t.strictSame(readdirSync(dir).sort(), [
    'efficiency.png',
    'embeds.json',
    'performance.png',
    'report.txt',
    'session-1.json',
  ])
  const model = await loadSessionReport(db, 1)
  if (!model) throw new Error('There is no session 1.')
  t.strictSame(
    JSON.parse(readFileSync(join(dir, 'session-1.json'), 'utf8')),
    model,
    'the model is plain data',
  )
  t.equal(readFileSync(join(dir, 'report.txt'), 'utf8'), `${textReport(model)}\n`)
  t.equal(printed.args()[0]?.[0], `${textReport(model)}\n`)
  t.match(JSON.parse(readFileSync(join(dir, 'embeds.json'), 'utf8')), [[{ title: '📊 Session overview' }]])
  t.match(textReport(model), /Score: A 2 - 2 B|Score: tie, A 2 - 2 B/)
  t.match(textReport(model), /supply +3:45 +5:48 +2 - 0/)

  await report(context, { session: 1, out: join(dataDir, 'else', 'where') })
  t.equal(readdirSync(join(dataDir, 'else', 'where')).length, 5, 'into a folder of one’s choice')
  await t.rejects(report(context, { session: 9 }), /There is no session 9/)
})

t.test('tables stand straight whatever the width of the letters', async t => {
  const lines = textTable(
    [
      ['Name', 'Kills'],
      ['中文', '1'],
      ['e\u0301', '22'],
    ],
    ['left', 'right'],
  ).split('\n')
  t.strictSame(lines, ['Name  Kills', '中文      1', 'e\u0301        22'])
})

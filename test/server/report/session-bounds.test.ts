import t from 'tap'
import { sessionPage } from '../../../server/src/http/pages/session/session-page.ts'
import { buildSessionReport } from '../../../server/src/report/build-session-report.ts'
import { loadSessionRows, type SessionRows } from '../../../server/src/report/session-rows.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { madeReport } from '../../support/made-report.ts'
import { testDatabase } from '../../support/test-database.ts'

t.test('of a session that does not end a report tells the newest rounds, and says so', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), corpusFiles('evenings').slice(0, 6))
  const whole = await loadSessionRows(db, 1)
  t.match(whole, { rounds: { length: 6 }, leftOut: { rounds: 0, people: 0 } })
  const rowsOf = (rows: SessionRows | null) => rows?.players.length ?? 0
  const mostRows = rowsOf(whole) - 1
  const cut = await loadSessionRows(db, 1, { mostRows })
  t.match(cut, { rounds: { length: 5 }, leftOut: { rounds: 1, people: 0 } })
  t.ok(rowsOf(cut) <= mostRows)
  t.strictSame(cut?.rounds, whole?.rounds.slice(1), 'the newest, in the order of play')
  t.strictSame(
    cut?.players,
    whole?.players.filter(({ round_id }) => round_id !== whole.rounds[0]?.round_id),
  )
  const kills = (rows: SessionRows | null) => rows?.weapons.reduce((sum, weapon) => sum + weapon.kills, 0)
  t.ok((kills(cut) ?? 0) < (kills(whole) ?? 0), 'weapons are those of the same rounds')
  const notCounted = (rows: SessionRows | null) =>
    rows === null ? null : buildSessionReport(rows, { newRecords: [], roundAwards: [] }).notCounted
  t.match(notCounted(cut), ['1 earlier round: a report tells of the newest'])
  t.strictSame(notCounted(whole), [])
  t.match(await loadSessionRows(db, 1, { mostRows: 0 }), { rounds: { length: 0 }, players: { length: 0 } })
})

t.test('a hundred who fought are not ten thousand cells', async t => {
  const names = Array.from({ length: 100 }, (_, index) => `player ${index}`)
  const report = madeReport({ names, maps: 1 })
  const page = String((await sessionPage(report, 'v')).main)
  const matrix = /<table class="stats duels">.*?<\/table>/s.exec(page)?.[0] ?? ''
  t.equal(matrix.match(/<tr>/g)?.length, 64 + 1)
  t.match(page, 'Of the 64 with the most kills.')
  const few = String((await sessionPage(madeReport({ names: names.slice(0, 12), maps: 1 }), 'v')).main)
  t.notMatch(few, 'with the most kills.</p>')
})

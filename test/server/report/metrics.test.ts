import { sql } from 'kysely'
import t from 'tap'
import { playerTotalsSchema } from '../../../server/src/http/schemas/player-totals-schema.ts'
import { playerTotals } from '../../../server/src/report/load-player-totals.ts'
import { loadSessionReport } from '../../../server/src/report/load-session-report.ts'
import { METRIC_ROWS } from '../../../server/src/report/metrics-table.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

t.test('the database sums what the report sums', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  await deliverAll(db, server, corpusFiles('evenings').slice(0, 12))
  await deliverAll(db, server, corpusFiles('older/c0rnp0rn'))
  const sessions = await db.selectFrom('gaming_sessions').select('gaming_session_id').execute()
  t.equal(sessions.length, 2)
  for (const { gaming_session_id: session } of sessions) {
    const report = await loadSessionReport(db, session)
    const summed = await playerTotals(db, { kind: 'session', session })
    t.ok(summed.length > 0)
    t.strictSame(
      summed,
      report?.players.map(player => ({ ...player, team: null })),
      `session ${session}`,
    )
  }
})

t.test('a player’s career and everybody’s figures are sums over sums', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  await deliverAll(db, server, corpusFiles('evenings'))
  const all = await playerTotals(db, { kind: 'all' })
  const reports = await Promise.all([1, 2, 3].map(session => loadSessionReport(db, session)))
  const evenings = reports.flatMap(report => report?.players ?? [])
  t.equal(all.length, new Set(evenings.map(({ guid }) => guid)).size, 'each player once')
  for (const player of all) {
    const own = evenings.filter(({ guid }) => guid === player.guid)
    const sum = (key: 'kills' | 'damageGiven' | 'shots' | 'hits' | 'rounds') =>
      own.reduce((total, each) => total + (each[key] ?? 0), 0)
    for (const key of ['kills', 'damageGiven', 'shots', 'hits', 'rounds'] as const) {
      t.equal(player[key], sum(key), `${player.name}: ${key}`)
    }
    t.equal(player.accuracy, player.shots === 0 ? null : (100 * sum('hits')) / sum('shots'))
    t.equal(player.killingSpree, Math.max(...own.map(each => each.killingSpree ?? 0)), 'the best of all')
  }
  const [best] = all
  const [career] = await playerTotals(db, { kind: 'player', guid: best?.guid ?? '' })
  t.strictSame(career, { ...best, damageShare: null }, 'a career has no share of anything')
  const first = await playerTotals(db, { kind: 'all', serverId: server.serverId, to: new Date('2026-05-07') })
  t.strictSame(
    first,
    reports[0]?.players.map(player => ({ ...player, team: null })),
  )
  t.strictSame(await playerTotals(db, { kind: 'all', from: new Date('2027-01-01') }), [])
})

t.test('a round’s figures are those of its rows, whether it counts or not', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  await deliverAll(db, server, corpusFiles('evenings').slice(0, 1))
  const before = await playerTotals(db, { kind: 'round', roundId: 1 })
  const rows = await db.selectFrom('player_comprehensive_stats').selectAll().execute()
  t.strictSame(
    before.map(({ guid, kills, deaths, dpm }) => [guid, kills, deaths, Math.round(dpm ?? 0)]).sort(),
    rows.map(row => [row.player_guid, row.kills, row.deaths, Math.round(row.dpm ?? 0)]).sort(),
  )
  await sql`update rounds set status = 'aborted'`.execute(db)
  t.strictSame(await playerTotals(db, { kind: 'round', roundId: 1 }), before)
  t.strictSame(await playerTotals(db, { kind: 'session', session: 1 }), [])
})

t.test('a metric is one row: schema, columns and facts have each once', t => {
  const keys = METRIC_ROWS.map(({ key }) => key)
  t.equal(new Set(keys).size, keys.length, 'no key twice')
  for (const key of keys) t.ok(key in playerTotalsSchema.shape, key)
  const places = METRIC_ROWS.flatMap(({ column }) => (column ? [column.place] : []))
  t.equal(new Set(places).size, places.length, 'no two columns in one place')
  for (const [index, { adds, beside = [] }] of METRIC_ROWS.entries()) {
    const needed = [...beside, ...(adds.kind === 'percent' ? [adds.part, adds.whole] : [])]
    for (const key of needed)
      t.ok(
        keys.some(known => known === key),
        `${key} is a metric`,
      )
    if (adds.kind !== 'percent') continue
    const above = keys.slice(0, index) as string[]
    t.ok(
      [adds.part, adds.whole].every(key => above.includes(key)),
      'what a percentage is of stands above it',
    )
  }
  t.end()
})

import { sql } from 'kysely'
import t from 'tap'
import type { PlayerStatsTable } from '../../../server/src/db/tables.ts'
import { rebuild } from '../../../server/src/import/rebuild.ts'
import { groupBy } from '../../../server/src/report/group-by.ts'
import { BOARD_KEYS } from '../../../server/src/report/players/boards.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliver, deliverAll, gameServer } from '../../support/import-files.ts'
import { testApp } from '../../support/test-app.ts'

const EVENINGS = corpusFiles('evenings')
const HTML = { accept: 'text/html' }
const PATHS = ['/players', '/players?search=a', '/leaderboards', '/records', '/maps', '/compare']

t.test('players over all evenings', async t => {
  const { app, db } = await testApp(t)
  const get = async (url: string) => {
    const answer = await app.inject(url)
    t.equal(answer.statusCode, 200, url)
    return answer.json()
  }
  t.same((await get('/api/v1/players')).players, [], 'nobody yet')
  for (const url of PATHS)
    t.equal((await app.inject({ url, headers: HTML })).statusCode, 200, `${url}, empty`)
  const server = await gameServer(db, 'zone')
  await deliverAll(db, server, EVENINGS)

  /** Added up by themselves from the rows of rounds; shots without the syringe. */
  const truth = async () => {
    const { rows } = await sql<PlayerStatsTable & { shots: number; hits: number }>`
      select p.*, coalesce(w.shots, 0)::int as shots, coalesce(w.hits, 0)::int as hits
      from player_comprehensive_stats p join rounds r using (round_id)
      left join (select round_id, player_guid, sum(shots) as shots, sum(hits) as hits from weapon_comprehensive_stats
        where weapon_name <> 'syringe' group by 1, 2) w using (round_id, player_guid)
      where r.status = 'complete'`.execute(db)
    const people = rows.filter(row => !row.player_guid.startsWith('OMNIBOT'))
    const on = (round: number, team: number) =>
      people.filter(row => row.round_id === round && row.team === team).length
    return people.filter(row => on(row.round_id, 1) >= 2 && on(row.round_id, 2) >= 2)
  }
  const sum = (rows: { [key: string]: unknown }[], key: string) =>
    rows.reduce((total, row) => total + Number(row[key] ?? 0), 0)

  const compareAll = async (when: string) => {
    const rows = await truth()
    const { players } = await get('/api/v1/players?sort=rounds')
    t.same(
      players.map((each: { guid: string }) => each.guid).sort(),
      [...new Set(rows.map(row => row.player_guid))].sort(),
    )
    for (const { guid, kd, dpm, accuracy, revives, rounds } of players) {
      const own = rows.filter(row => row.player_guid === guid).map(row => ({ ...row }))
      t.equal(rounds, own.length, `${when}: rounds of ${guid}`)
      t.equal(kd, sum(own, 'deaths') === 0 ? sum(own, 'kills') : sum(own, 'kills') / sum(own, 'deaths'))
      const near = (value: number, wanted: number) => Math.abs(value - wanted) < 1e-6
      t.ok(near(dpm, (sum(own, 'damage_given') * 60) / sum(own, 'time_played_seconds')), 'DPM')
      t.ok(near(accuracy, (100 * sum(own, 'hits')) / sum(own, 'shots')), 'accuracy')
      t.equal(revives, sum(own, 'revives_given'))
    }
    const kills = await get('/api/v1/leaderboards/kills')
    const totals = [...groupBy(rows, row => row.player_guid)].map(
      ([guid, own]) => [guid, own.reduce((all, row) => all + row.kills, 0)] as const,
    )
    t.same(
      new Map(kills.entries.map((entry: { guid: string; value: number }) => [entry.guid, entry.value])),
      new Map(totals.filter(([, value]) => value > 0)),
    )
    const { records } = await get('/api/v1/records')
    const record = (category: string, scope: string) =>
      records.find(
        (each: { category: string; scope: string }) => each.category === category && each.scope === scope,
      )
    t.equal(record('kills', 'round').value, Math.max(...rows.map(row => row.kills)))
    t.equal(record('spree', 'round').value, Math.max(...rows.map(row => row.killing_spree_best ?? 0)))
  }
  await compareAll('after the import')
  const before = await get('/api/v1/players?sort=rounds')
  await rebuild({ db, sessionGapMinutes: 60 })
  t.same(await get('/api/v1/players?sort=rounds'), before, 'rebuild changes nothing')

  t.test('a withdrawn round is gone in the same second', async t => {
    const round = await db
      .selectFrom('rounds')
      .select('round_id')
      .orderBy('ended_at')
      .executeTakeFirstOrThrow()
    await db.deleteFrom('rounds').where('round_id', '=', round.round_id).execute()
    await compareAll('without it')
    t.not((await get('/api/v1/records')).records.length, 0)
  })

  t.test('every page and its twin', async t => {
    const [first, second] = before.players
    const map = (await get('/api/v1/maps')).maps[0].map
    await get(`/api/v1/players/${first.guid}`)
    await get(`/api/v1/maps/${map}`)
    await get(`/api/v1/records?map=${map}`)
    await get(`/api/v1/compare?a=${first.guid}&b=${second.guid}`)
    for (const by of [...BOARD_KEYS, 'rating']) {
      for (const period of ['session', '30d', 'season', '2026-Q2', 'all'])
        await get(`/api/v1/leaderboards/${by}?period=${period}`)
    }
    for (const url of [
      ...PATHS,
      ...[`/players/${first.guid}`, `/maps/${map}`, `/records?map=${map}`, '/leaderboards/kd?period=season'],
      ...[`/compare?a=${first.guid}&b=${second.guid}`, '/leaderboards/rating', '/players?sort=name'],
    ]) {
      const page = await app.inject({ url, headers: HTML })
      t.equal(page.statusCode, 200, url)
      t.match(page.headers['content-type'], 'text/html')
    }
    t.match((await app.inject({ url: `/players/${first.guid}`, headers: HTML })).body, 'All time')
    for (const url of [
      '/players/zz',
      '/players/00000000',
      '/maps/none',
      '/leaderboards/none',
      '/records?map=none',
    ])
      t.equal((await app.inject({ url, headers: HTML })).statusCode, 404, url)
    t.equal((await app.inject('/api/v1/players?period=ever')).statusCode, 400)
  })

  t.test('two are compared by their names, and a name that is of several is asked about', async t => {
    const [first, second] = before.players
    const page = async (a: string, b: string) => {
      const url = `/compare?${new URLSearchParams({ a, b })}`
      const answer = await app.inject({ url, headers: HTML })
      t.equal(answer.statusCode, 200, url)
      return answer.body.slice(answer.body.indexOf('<main'))
    }
    const both = await page(first.guid, second.guid)
    t.match(both, 'With and against each other')
    t.equal(await page(first.name, ` ${second.name.toUpperCase()}`), both, 'the same page by names')
    t.match(await page(first.name, first.guid), 'Both are the same player.')
    const several = await page('e', second.name)
    t.match(several, 'Several are called like “e”')
    for (const { guid, name } of before.players.filter((each: { name: string }) => /e/i.test(each.name)))
      t.match(several, `href="/compare?a=${guid}&amp;b=${second.guid}"`, name)
    t.notMatch(several, 'With and against each other')
    t.match(await page(first.name, 'nobody at all'), 'Nobody is called “nobody at all”, now or ever.')
    t.match(await page(first.name, `${second.name}x`), `href="/compare?a=${first.guid}&amp;b=${second.guid}"`)
    t.match(await page('<b>', ''), 'Nobody is called “&lt;b&gt;”')
  })

  t.test('somebody alone on a map, and an attempt that was broken off, are in nobody’s figures', async t => {
    const [round] = EVENINGS
    if (!round) throw new Error('The corpus has no rounds.')
    const lines = round.content.toString('latin1').split('\n')
    const alone = Buffer.from([...lines.slice(0, 3), ''].join('\n'), 'latin1')
    const now = await get('/api/v1/players?sort=rounds')
    const name = round.name.replace(/^\d{4}-\d\d-\d\d/, '2026-06-01')
    t.equal((await deliver(db, server, { name, content: alone })).round?.status, 'complete')
    t.same(await get('/api/v1/players?sort=rounds'), now)
  })
})

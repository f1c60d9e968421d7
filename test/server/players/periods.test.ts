import { type Kysely, sql } from 'kysely'
import t from 'tap'
import type { DB } from '../../../server/src/db/tables.ts'
import { aggregate } from '../../../server/src/report/aggregate.ts'
import { figuresOf } from '../../../server/src/report/figures.ts'
import { groupBy } from '../../../server/src/report/group-by.ts'
import { METRIC_ROWS } from '../../../server/src/report/metrics-table.ts'
import { baseline } from '../../../server/src/report/players/baseline.ts'
import { loadJoins } from '../../../server/src/report/players/joins.ts'
import { loadOwnFigures, loadSomeFigures } from '../../../server/src/report/players/load-figures.ts'
import type { SessionFigures } from '../../../server/src/report/players/player-history.ts'
import { comparedFigures } from '../../../server/src/report/players/player-models.ts'
import { settleFigures } from '../../../server/src/report/players/settle-figures.ts'
import { type CorpusFile, corpusFiles } from '../../support/corpus.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testApp } from '../../support/test-app.ts'
import { testDatabase } from '../../support/test-database.ts'

interface Sums {
  guid: string
  rounds: number
  kills: number
  deaths: number
}

/** Added up by themselves from the rows of rounds that are games, as far as they are meant. */
async function truth(db: Kysely<DB>, isMeant: (round: { date: string; endedAt: Date }) => boolean) {
  const { rows } = await sql<{ guid: string; kills: number; deaths: number; date: string; endedAt: Date }>`
    select p.player_guid as guid, p.kills, p.deaths, r.round_date as date, r.ended_at as "endedAt"
    from player_comprehensive_stats p join rounds r using (round_id)
    where r.status = 'complete' and p.player_guid not like 'OMNIBOT%'
      and (select count(*) filter (where o.team = 1) >= 2 and count(*) filter (where o.team = 2) >= 2
        from player_comprehensive_stats o where o.round_id = p.round_id and o.player_guid not like 'OMNIBOT%')`.execute(
    db,
  )
  const sums = new Map<string, Sums>()
  for (const { guid, kills, deaths } of rows.filter(isMeant)) {
    const own = sums.get(guid) ?? { guid, rounds: 0, kills: 0, deaths: 0 }
    sums.set(guid, {
      guid,
      rounds: own.rounds + 1,
      kills: own.kills + kills,
      deaths: own.deaths + deaths,
    })
  }
  return byGuid([...sums.values()])
}

function byGuid(sums: readonly Sums[]): Sums[] {
  return sums
    .map(({ guid, rounds, kills, deaths }) => ({ guid, rounds, kills, deaths }))
    .sort((a, b) => (a.guid < b.guid ? -1 : 1))
}

t.test('the last 30 days begin in the middle of a session, to the round', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db, 'zone'), corpusFiles('evenings').slice(0, 20))
  while ((await settleFigures(db)) > 0);
  const ends = await db.selectFrom('rounds').select('ended_at').orderBy('ended_at').execute()
  for (const place of [0, 1, 7, 8, 19]) {
    const from = ends[place]?.ended_at ?? new Date(0)
    t.same(
      byGuid(await loadSomeFigures(db, { kind: '30d', from }, ['kills', 'deaths'])),
      await truth(db, ({ endedAt }) => endedAt >= from),
      `from the end of round ${place + 1} on`,
    )
  }
  const later = new Date((ends.at(-1)?.ended_at.getTime() ?? 0) + 1)
  t.same(
    await loadSomeFigures(db, { kind: '30d', from: later }, ['kills']),
    [],
    'a session before it is not in it',
  )
})

/** Every figure of everybody over the rounds that are meant, made of their rows one by one. */
async function allFigures(db: Kysely<DB>, from: Date) {
  const mainOf = await loadJoins(db)
  const games = await sql<{ round_id: number; ended_at: Date; match_id: number | null }>`
    select round_id, ended_at, match_id from rounds r where status = 'complete' and (
      select count(distinct o.player_guid) filter (where o.team = 1) >= 2
        and count(distinct o.player_guid) filter (where o.team = 2) >= 2
      from player_comprehensive_stats o where o.round_id = r.round_id and o.player_guid not like 'OMNIBOT%')`.execute(
    db,
  )
  const ends = new Map(games.rows.filter(row => row.ended_at >= from).map(row => [row.round_id, row]))
  const players = (await db.selectFrom('player_comprehensive_stats').selectAll().execute()).filter(
    row => ends.has(row.round_id) && !row.player_guid.startsWith('OMNIBOT'),
  )
  const weapons = (await db.selectFrom('weapon_comprehensive_stats').selectAll().execute()).filter(
    row => ends.has(row.round_id) && row.weapon_name !== 'syringe',
  )
  const results = (await db.selectFrom('player_map_results').selectAll().execute()).filter(({ round_id }) => {
    const match = games.rows.find(row => row.round_id === round_id)?.match_id
    return games.rows.filter(row => row.match_id === match).every(row => ends.has(row.round_id))
  })
  return [...groupBy(players, row => mainOf(row.player_guid))]
    .map(([guid, own]) => {
      const aimed = weapons.filter(row => mainOf(row.player_guid) === guid)
      const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
      const shots = sum(aimed.map(row => row.shots))
      const maps = results.filter(row => row.player_guid === guid)
      const seen = own.map(row => ends.get(row.round_id)?.ended_at.getTime() ?? 0)
      return {
        ...figuresOf(aggregate(own), { shots, hits: sum(aimed.map(row => row.hits)) }, null),
        ...{ guid, shots, rounds: new Set(own.map(row => row.round_id)).size, maps: maps.length },
        mapsWon: maps.filter(({ team, winner }) => team === winner).length,
        ...{ firstMs: Math.min(...seen), lastMs: Math.max(...seen) },
      }
    })
    .sort((a, b) => (a.guid < b.guid ? -1 : 1))
}

t.test('of a session that the period begins in, every figure is that of its later rounds', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db, 'zone'), corpusFiles('evenings').slice(0, 20))
  const people = await db.selectFrom('player_comprehensive_stats').select('player_guid').distinct().execute()
  const [player_guid = '', main_guid = ''] = people.map(row => row.player_guid).sort()
  await db.insertInto('player_joins').values({ player_guid, main_guid }).execute()
  while ((await settleFigures(db)) > 0);
  const ends = await db.selectFrom('rounds').select('ended_at').orderBy('ended_at').execute()
  const keys = METRIC_ROWS.map(({ key }) => key)
  for (const place of [0, 3, 6, 13, 19]) {
    const from = ends[place]?.ended_at ?? new Date(0)
    const told = await loadSomeFigures(db, { kind: '30d', from }, keys)
    const wanted = await allFigures(db, from)
    t.same(
      told.sort((a, b) => (a.guid < b.guid ? -1 : 1)),
      wanted,
      `from round ${place + 1} on`,
    )
    const [first] = wanted
    const { firstMs = 0, lastMs = 0, ...rest } = first ?? {}
    const seen = { firstSeen: new Date(firstMs).toISOString(), lastSeen: new Date(lastMs).toISOString() }
    const own = await loadOwnFigures(db, { kind: '30d', from }, first?.guid ?? '')
    t.same(own, { ...rest, ...seen }, 'and of one player')
    t.same(
      (await loadSomeFigures(db, { kind: '30d', from }, ['accuracy'])).map(({ accuracy }) => accuracy).sort(),
      wanted.map(({ accuracy }) => accuracy).sort(),
      'and one figure alone',
    )
  }
})

t.test('a session over midnight on the last of a quarter is of both seasons, round by round', async t => {
  const { app, db } = await testApp(t)
  const dates = { '2026-05-08': '2026-06-30', '2026-05-09': '2026-07-01' }
  const files = corpusFiles('evenings').flatMap(({ name, content }): CorpusFile[] => {
    const moved = Object.entries(dates).find(([date]) => name.startsWith(date))
    return moved ? [{ name: name.replace(...moved), content }] : []
  })
  await deliverAll(db, await gameServer(db, 'zone'), files)
  t.equal((await db.selectFrom('gaming_sessions').select('gaming_session_id').execute()).length, 1)
  for (const [season, isMeant] of [
    ['2026-Q2', (date: string) => date < '2026-07-01'],
    ['2026-Q3', (date: string) => date >= '2026-07-01'],
  ] as const) {
    const { entries, period } = (await app.inject(`/api/v1/leaderboards/rounds?period=${season}`)).json()
    t.equal(period, season)
    const told = new Map(entries.map(({ guid, value }: { guid: string; value: number }) => [guid, value]))
    const wanted = await truth(db, ({ date }) => isMeant(date))
    t.ok(wanted.length > 3, `${season} has players`)
    t.same(told, new Map(wanted.map(({ guid, rounds }) => [guid, rounds])))
    const kills = (await app.inject(`/api/v1/leaderboards/kills?period=${season}`)).json()
    t.same(
      new Map(kills.entries.map(({ guid, value }: { guid: string; value: number }) => [guid, value])),
      new Map(wanted.filter(each => each.kills > 0).map(({ guid, kills }) => [guid, kills])),
    )
  }
})

t.test('what is known of one of two who are compared is told, though the other’s is not', async t => {
  const figures = (kills: number, shots: number) => ({
    ...figuresOf(new Map(), { shots, hits: shots / 4 }, null),
    ...{ kills, guid: '', rounds: 1, maps: 0, mapsWon: 0, firstSeen: '', lastSeen: '' },
  })
  const compared = comparedFigures(figures(7, 200), figures(9, 0))
  const of = (key: string) => compared.find(each => each.key === key)
  t.match(of('kills'), { a: 7, b: 9, higher: 'b' })
  t.match(of('accuracy'), { a: 25, b: null, higher: null }, 'who never fired has no accuracy')
})

t.test('a mark only where the newest session is further off than his sessions usually are', t => {
  const sessions = (...values: (number | null)[]) =>
    values.map(
      dpm => ({ figures: { dpm, kd: 1, accuracy: null, headshotPercent: 10 } }) as unknown as SessionFigures,
    )
  const dpmOf = (...values: (number | null)[]) =>
    baseline(sessions(...values)).find(({ key }) => key === 'dpm')
  // The median of these is 200, and the median distance from it 10.
  const usual = [190, 200, 210, 180, 220]
  t.match(dpmOf(211, ...usual), { usual: 200, spread: 10, latest: 211, mark: 'up' })
  t.match(dpmOf(210, ...usual), { mark: null }, 'as far as usual is usual')
  t.match(dpmOf(190, ...usual), { mark: null })
  t.match(dpmOf(189.9, ...usual), { mark: 'down' })
  t.match(dpmOf(null, ...usual), { latest: null, mark: null }, 'what is not known is not marked')
  t.equal(dpmOf(211, ...usual.slice(1)), undefined, 'of four sessions nothing is usual')
  t.match(dpmOf(150, null, ...usual), { usual: 200 }, 'a session that does not know it counts for nothing')
  t.match(
    dpmOf(500, ...Array(20).fill(100), ...Array(50).fill(900)),
    { usual: 100, spread: 0, mark: 'up' },
    'of 20 sessions',
  )
  t.same(baseline([]), [])
  t.same(
    baseline(sessions(1, ...usual)).map(({ key }) => key),
    ['dpm', 'kd', 'headshotPercent'],
  )
  t.end()
})

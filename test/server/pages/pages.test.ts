import { problemSchema } from '@debrief/shared'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { roundReportSchema } from '../../../server/src/http/schemas/round-report-schema.ts'
import { sessionReportSchema } from '../../../server/src/http/schemas/session-report-schema.ts'
import { loadRoundReport } from '../../../server/src/report/load-round-report.ts'
import { loadSessionReport } from '../../../server/src/report/load-session-report.ts'
import { corpusFile, corpusFiles } from '../../support/corpus.ts'
import { deliver, deliverAll, gameServer } from '../../support/import-files.ts'
import { testApp } from '../../support/test-app.ts'

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

t.test('three evenings', async t => {
  const { app, db, get } = await evenings(t)

  t.test('the list has each session with its score and the most kills', async t => {
    const { statusCode, headers, body } = await get('/')
    t.equal(statusCode, 200)
    t.equal(headers['content-type'], 'text/html; charset=utf-8')
    t.match(body, /Session 3 .*Session 2 .*Session 1 /s, 'newest first')
    for (const session of [1, 2, 3]) {
      const report = await loadSessionReport(db, session)
      const card = body.slice(body.indexOf(`/sessions/${session}"`)).split('</li>\n')[0] ?? ''
      const faces = [
        ...card.matchAll(/<bdi class="name">(.*?)<\/bdi>(?:<\/a>)? <span class="quiet">(\d+) kills/g),
      ]
      t.same(
        faces.map(([, name = '', kills]) => [textOf(name), Number(kills)]),
        report?.players.slice(0, 3).map(({ name, kills }) => [name, kills]),
        `the faces of session ${session} are those of its report`,
      )
    }
  })

  t.test('the list goes on page by page', async t => {
    const older = await get('/?before=3')
    t.notMatch(older.body, 'Session 3 ')
    t.match(older.body, /Earlier sessions.*Session 2 .*Session 1 /s)
    t.match((await get('/?before=1')).body, 'There is nothing earlier.')
    t.equal((await get('/?before=drop')).statusCode, 200, 'nonsense is the first page')
    const api = await app.inject('/api/v1/sessions?limit=2')
    t.same(
      api.json().sessions.map(({ session }: { session: number }) => session),
      [3, 2],
    )
    const next = await app.inject('/api/v1/sessions?limit=2&before=2')
    t.same(
      next.json().sessions.map(({ session }: { session: number }) => session),
      [1],
    )
  })

  t.test('a report names every player with every figure of the model', async t => {
    const report = await loadSessionReport(db, 2)
    const { body } = await get('/sessions/2')
    for (const { name, kills, deaths, kd } of report?.players ?? []) {
      const row = `${name.replace(/\s+/g, ' ')} ${kills} ${deaths} ${kd.toFixed(2)} `
      t.ok(textOf(body).includes(row), row)
    }
    for (const { map, rounds } of report?.matches.flatMap(match => match.maps) ?? []) {
      t.match(body, `<h3>${map}</h3>`)
      for (const { roundId } of rounds) t.match(body, `href="/rounds/${roundId}"`)
    }
    for (const { title } of report?.awards ?? []) t.match(body, `<h3>${title}</h3>`)
    t.match(body, 'Session 2 · 20 rounds counted · data last changed')
  })

  t.test('the newest session is also at /sessions/latest', async t => {
    const [latest, third] = [await get('/sessions/latest'), await get('/sessions/3')]
    t.equal(latest.statusCode, 200)
    t.match(mainOf(latest.body), /<div id="report" data-session="3" data-version="[0-9a-f]+">/)
    t.equal(mainOf(third.body), mainOf(latest.body), 'by its number too in a frame that refreshes itself')
    t.notMatch((await get('/sessions/2')).body, 'id="live"', 'an earlier one does not')
    t.match(
      latest.body,
      'href="http://localhost:80/sessions/3"',
      'its canonical address is the session’s own',
    )
  })

  t.test('a link unfolds into score and picture', async t => {
    const { body } = await get('/sessions/2')
    const image =
      /og:image" content="http:\/\/localhost:80(\/sessions\/2\/performance\.png\?v=[0-9a-f]+)"/.exec(
        body,
      )?.[1]
    t.match(body, /og:title" content="Session 2: A 8 – 12 B/)
    t.match(body, /og:description" content="Friday 8 May 2026, 21:05 – Saturday 9 May 2026, 01:00 on zone/)
    const picture = await app.inject(image ?? '')
    t.equal(picture.headers['content-type'], 'image/png')
    t.match(picture.headers['cache-control'], /immutable/)
    t.same(picture.rawPayload.subarray(1, 4).toString(), 'PNG')
    const efficiency = await app.inject('/sessions/2/efficiency.png')
    t.equal(efficiency.headers['cache-control'], 'no-cache', 'without the version it may change')
    t.not(efficiency.headers.etag, picture.headers.etag)
    const headers = { 'if-none-match': String(efficiency.headers.etag) }
    t.equal((await app.inject({ url: '/sessions/2/efficiency.png', headers })).statusCode, 304)
  })

  t.test('PUBLIC_URL makes the address; a host that is none makes nothing', async t => {
    const other = await testApp(t, { config: { publicUrl: 'https://stats.example.org' } })
    await deliverAll(other.db, await gameServer(other.db, 'zone'), corpusFiles('evenings').slice(0, 2))
    const known = await other.app.inject({ url: '/sessions/1', headers: HTML })
    t.match(known.body, 'og:url" content="https://stats.example.org/sessions/1"')
    const odd = await app.inject({ url: '/sessions/1', headers: { ...HTML, host: 'a"><script>' } })
    t.notMatch(odd.body, /og:url|"><script>/)
  })

  t.test('what has not changed is not sent again', async t => {
    for (const url of [
      '/',
      '/sessions/latest',
      '/rounds/1',
      '/upload',
      '/api/v1/sessions/2',
      '/api/v1/rounds/1',
    ]) {
      const { headers } = await app.inject({ url, headers: HTML })
      const again = await app.inject({ url, headers: { ...HTML, 'if-none-match': String(headers.etag) } })
      t.equal(again.statusCode, 304, url)
      t.equal(again.body, '')
      t.equal(headers['cache-control'], 'no-cache')
    }
  })

  t.test('the API tells the model itself, as its schemas have it', async t => {
    for (const session of ['latest', '1', '2', '3']) {
      const { body } = await app.inject(`/api/v1/sessions/${session}`)
      const model = await loadSessionReport(db, session === 'latest' ? 'latest' : Number(session))
      t.same(JSON.parse(body), JSON.parse(JSON.stringify(model)), 'nothing is left out')
      t.same(sessionReportSchema.strict().parse(JSON.parse(body)), model)
    }
    const round = JSON.parse((await app.inject('/api/v1/rounds/2')).body)
    t.same(round, JSON.parse(JSON.stringify(await loadRoundReport(db, 2))))
    t.ok(roundReportSchema.strict().safeParse(round).success)
    const { paths } = (await app.inject('/docs/json')).json()
    for (const path of ['/sessions', '/sessions/latest', '/sessions/{session}', '/rounds/{round}']) {
      t.ok(paths[`/api/v1${path}`].get.responses[200].content['application/json'].schema.properties, path)
    }
  })

  t.test('a round has its facts, its file’s receipt and its checks', async t => {
    const { body } = await get('/rounds/2')
    const text = textOf(body)
    const round = await loadRoundReport(db, 2)
    t.match(text, round?.file.name ?? '-')
    t.match(text, round?.file.sha256 ?? '-')
    t.equal(text.match(/ passed/g)?.length, 7, 'seven checks')
    for (const { name } of round?.sides.axis.players ?? []) t.match(text, name)
  })

  t.test('what is not there is a page for people and a problem for programs', async t => {
    for (const url of [
      '/sessions/99',
      '/sessions/x',
      '/rounds/99',
      '/rounds/-1',
      '/rounds/99999999999999',
      '/no',
      '/assets/x.js',
    ]) {
      const page = await get(url)
      t.equal(page.statusCode, 404, url)
      t.equal(page.headers['content-type'], 'text/html; charset=utf-8')
      t.match(page.body, 'There is nothing here')
      const problem = await app.inject(url)
      t.equal(problem.statusCode, 404)
      t.equal(problem.headers['content-type'], 'application/problem+json; charset=utf-8')
      t.equal(problemSchema.parse(problem.json()).code, 'not_found')
    }
    for (const url of ['/sessions/99/performance.png', '/api/v1/sessions/99', '/api/v1/rounds/99']) {
      t.equal((await app.inject(url)).json().code, 'not_found', url)
    }
    const browserAtApi = await get('/api/v1/sessions/99')
    t.equal(
      browserAtApi.headers['content-type'],
      'application/problem+json; charset=utf-8',
      'the API is for programs',
    )
    for (const number of ['x', '1e0', '0x1', '%201', '1.0', '+1', '0', '9007199254740992'])
      for (const url of [
        `sessions/${number}`,
        `rounds/${number}`,
        `sessions?before=${number}`,
        `sessions?limit=${number}`,
      ])
        t.equal((await app.inject(`/api/v1/${url}`)).json().code, 'malformed_request', url)
  })

  t.test('assets are kept for ever, by a name that holds their digest', async t => {
    const { body } = await get('/')
    const assets = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, url = '']) => url)
    t.ok(assets.length >= 3)
    for (const url of assets) t.match((await app.inject(url)).headers['cache-control'], /immutable/, url)
    const style = await app.inject(assets.find(url => url.endsWith('.css')) ?? '')
    const fonts = [...style.body.matchAll(/url\((\/assets\/[^)]+)\)/g)].map(([, url = '']) => url)
    t.ok(fonts.length > 0)
    for (const url of fonts) t.equal((await app.inject(url)).headers['content-type'], 'font/woff2')
  })
})

t.test('a page never shows less than the database has', async t => {
  const { db, get } = await emptyApp(t)
  const [round1, round2, next] = corpusFiles('evenings')
  if (!round1 || !round2 || !next) throw new Error('The corpus has no rounds.')
  t.equal((await get('/sessions/latest')).statusCode, 404)
  t.match((await get('/')).body, 'No round has been played yet.')

  const server = await gameServer(db, 'zone')
  await deliver(db, server, round2)
  t.equal((await get('/sessions/latest')).statusCode, 404, 'a round 2 alone counts in no figure')
  const waiting = await get('/sessions/1')
  t.match(
    textOf(waiting.body),
    /Not in the figures: 1 round waiting for its round 1\. +supply, round 2 +waits/,
  )
  t.match(waiting.body, 'href="/rounds/1"')
  t.match(textOf((await get('/rounds/1')).body), /Waiting for its round 1.*not made yet/s)
  t.match(textOf((await get('/')).body), '1 round waits for its round 1')

  await deliver(db, server, round1)
  const both = await get('/sessions/1')
  t.match(textOf(both.body), '2 rounds counted', 'the cached report of before is not shown')
  t.not(both.headers.etag, waiting.headers.etag)

  await deliver(db, server, next)
  t.match(textOf((await get('/sessions/1')).body), '3 rounds counted')
  await db.updateTable('game_servers').set({ name: 'renamed' }).where('name', '=', 'zone').execute()
  t.match((await get('/sessions/1')).body, 'Session 1 · renamed')
})

t.test(
  'the page of a round that waits says what is missed, and shows both rounds together as such',
  async t => {
    const { app, db, get } = await emptyApp(t)
    const [first, second] = corpusFiles('evenings')
    if (!first || !second) throw new Error('The corpus has no rounds.')
    const server = await gameServer(db, 'zone')
    await deliver(db, server, second)
    const text = textOf((await get('/rounds/1')).body)
    // The round ended 20:54:46, and took 3:45.
    t.match(
      text,
      'Missed is a round 1 of supply on zone that ended before 2026-05-05 20:51, with a time to beat of 5:48',
    )
    t.match(text, /Both rounds together These are the figures of both rounds together/)
    const round = roundReportSchema.strict().parse((await app.inject('/api/v1/rounds/1')).json())
    t.same(round.sides, {
      axis: { team: null, players: [] },
      allies: { team: null, players: [] },
      spectators: [],
    })
    const together = [...(round.bothRoundsTogether?.axis ?? []), ...(round.bothRoundsTogether?.allies ?? [])]
    t.equal(together.length, 6)
    for (const { name, kills, deaths } of together)
      t.match(text, new RegExp(`${escaped(name)} ${kills} ${deaths} `))

    await deliver(db, server, first)
    const whole = await loadSessionReport(db, 1)
    t.same(
      together.map(({ guid, kills, deaths, damageGiven }) => [guid, kills, deaths, damageGiven]).sort(),
      whole?.players.map(({ guid, kills, deaths, damageGiven }) => [guid, kills, deaths, damageGiven]).sort(),
      'they were the sums of both rounds',
    )
    const own = roundReportSchema.strict().parse((await app.inject('/api/v1/rounds/1')).json())
    t.same([own.missing, own.bothRoundsTogether], [null, null])
    t.notMatch(textOf((await get('/rounds/1')).body), 'ogether')
  },
)

t.test('a round says what its file counts on from, how it ended, and what was left out', async t => {
  const { app, db, get } = await emptyApp(t)
  await deliverAll(db, await gameServer(db, 'zone'), corpusFiles('evenings').slice(0, 2))
  const evidence = {
    kind: 'counts_on',
    players: 6,
    of: 6,
    base_seconds: 300,
    own_seconds: 250,
    stated_seconds: 550,
  }
  await sql`update rounds set outcome = 'surrendered', duration_seconds = 250, winner_team = defender_team,
    counts_on = ${JSON.stringify(evidence)}::jsonb, rules_version = 7,
    base_file_id = (select file_id from rounds where round_number = 1) where round_number = 2`.execute(db)
  await sql`update processed_files set warnings = ${JSON.stringify([
    { code: 'carry_unresolved', expected: null, actual: '1A2B3C4D', message: 'Line 4: it is left out.' },
  ])}::jsonb where round_number = 2`.execute(db)
  const { body } = await get('/rounds/2')
  t.match(body, 'counts on from <a href="/rounds/1">round 1</a> (all 6 players; 5:00 + 4:10 = 9:10)')
  const text = textOf(body)
  t.match(text, 'Allies gave up after 4:10, Axis held')
  t.match(text, /Left out: 1 player whose line .* Line 4: it is left out\. +GUID 1A2B3C4D/)
  t.match(text, 'version 7 of the rules')
  t.match(text, '🏳️ 4:10')
  const round = (await app.inject('/api/v1/rounds/2')).json()
  t.match(round, {
    outcome: 'surrendered',
    rulesVersion: 7,
    countsOn: { text: 'counts on from round 1 (all 6 players; 5:00 + 4:10 = 9:10)', round: { roundId: 1 } },
    leftOut: [{ code: 'carry_unresolved' }],
  })
  const session = textOf((await get('/sessions/1')).body)
  t.match(session, 'A attack 🏳️ 4:10')
  await sql`update rounds set counts_on = ${JSON.stringify({ ...evidence, kind: 'began_anew' })}::jsonb`.execute(
    db,
  )
  t.match(textOf((await get('/rounds/1')).body), 'Counters began anew')
})

t.test('years that no calendar of ours was made for break no page', async t => {
  const { get, db } = await emptyApp(t)
  const server = await gameServer(db, 'zone', 'Pacific/Kiritimati')
  const [file] = corpusFiles('evenings')
  const names = ['0001-01-01-000000', '0999-12-31-235959', '9999-12-31-235959', '2004-01-01-000000']
  for (const stamp of names) {
    await deliver(db, server, { name: `${stamp}-supply-round-1.txt`, content: file?.content ?? Buffer.of() })
  }
  t.equal((await get('/')).statusCode, 200)
  for (const [index, year] of [
    'Monday 1 January 1,',
    '31 December 999,',
    'December 9999',
    '1 January 2004',
  ].entries()) {
    const page = await get(`/sessions/${index + 1}`)
    t.equal(page.statusCode, 200)
    t.match(textOf(page.body), year)
    t.equal((await get(`/rounds/${index + 1}`)).statusCode, 200)
  }
  t.match(textOf((await get('/sessions/latest')).body), 'Session 4', 'the newest is one that can be true')
})

t.test('figures that a script did not write are shown as unknown', async t => {
  const { db, get } = await emptyApp(t)
  await deliverAll(db, await gameServer(db, 'zone'), corpusFiles('older/c0rnp0rn'))
  const { statusCode, body } = await get('/sessions/latest')
  t.equal(statusCode, 200)
  t.match(body, '<td>-</td>')
  t.notMatch(body, /NaN|undefined|null|\[object/)
})

t.test('warnings are told in words', async t => {
  const { db, get } = await emptyApp(t)
  const { name, content } = corpusFile('2026-05-05-204850-supply-round-1.txt')
  // The second of a player's 38 values is the damage received: the sum is off by a thousand.
  const text = content
    .toString('latin1')
    .replace(/(\t\d+)\t(\d+)/, (_, given, received) => `${given}\t${Number(received) + 1000}`)
  const receipt = await deliver(db, await gameServer(db, 'zone'), {
    name,
    content: Buffer.from(text, 'latin1'),
  })
  t.same(
    receipt.warnings.map(({ check }) => check),
    [6],
  )
  const { body } = await get(`/rounds/${receipt.round?.id}`)
  t.match(textOf(body), `6. damage given and received balance warned ${receipt.warnings[0]?.message}`)
  t.equal(textOf(body).match(/ passed/g)?.length, 6)
})

t.test('a report that cannot be made says so, in the page and in the log', async t => {
  const { db, get, app } = await emptyApp(t)
  await deliverAll(db, await gameServer(db, 'zone'), corpusFiles('evenings').slice(0, 2))
  // No program of ours writes such a zone; a hand in the database might.
  await db.updateTable('game_servers').set({ timezone: 'No/Where' }).execute()
  const { statusCode, body } = await get('/sessions/1')
  t.equal(statusCode, 500)
  t.match(body, 'This session exists, but its report could not be made.')
  t.equal((await app.inject('/api/v1/sessions/1')).json().code, 'internal_error')
  await db.updateTable('game_servers').set({ timezone: 'UTC' }).execute()
  t.equal((await get('/sessions/1')).statusCode, 200, 'the failure was not kept')
})

t.test('without a database there is still a page', async t => {
  const { get, state } = await emptyApp(t)
  state.databasePrepared = false
  const { statusCode, body, headers } = await get('/sessions/latest')
  t.equal(statusCode, 503)
  t.match(body, 'The database is away')
  t.ok(headers['retry-after'])
  t.equal((await get(/href="(\/assets\/[^"]+css)"/.exec(body)?.[1] ?? '')).statusCode, 200, 'with its style')
})

async function emptyApp(t: Test) {
  const test = await testApp(t)
  return { ...test, get: (url: string) => test.app.inject({ url, headers: HTML }) }
}

async function evenings(t: Test) {
  const test = await emptyApp(t)
  await deliverAll(test.db, await gameServer(test.db, 'zone'), corpusFiles('evenings'))
  return test
}

function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function mainOf(body: string): string {
  return /<main[\s\S]*<\/main>/.exec(body)?.[0] ?? ''
}

/** What a reader sees, roughly: texts with one space between them. */
function textOf(body: string): string {
  return (mainOf(body) || body)
    .replace(/<(?!\/?bdi|\/span|span class="c)[^>]*>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
}

t.test(
  'an agent that has gone quiet, or holds files back, is named where people look for rounds',
  async t => {
    const { app, db } = await testApp(t)
    const home = async () => (await app.inject({ url: '/', headers: HTML })).body
    const beat = (minutesAgo: number, waiting: number) =>
      sql`
    insert into agent_heartbeats (server_id, agent_id, version, source, started_at, sent_at, received_at, waiting,
      oldest_waiting_at, last_error)
    select server_id, 'a', '1', 'agent', now(), now(), now() - make_interval(mins => ${minutesAgo}), ${waiting},
      case when ${waiting} > 0 then now() - interval '10 minutes' end, 'connect ECONNREFUSED 10.0.0.1'
    from game_servers
    on conflict (server_id, agent_id) do update set received_at = excluded.received_at, waiting = excluded.waiting,
      oldest_waiting_at = excluded.oldest_waiting_at`.execute(db)
    t.notMatch(await home(), 'class="notice"')
    await beat(1, 0)
    t.notMatch(await home(), 'class="notice"', 'all is well')
    await beat(20, 0)
    t.match(await home(), /<b>test<\/b>: its agent has not been heard of since \d{4}-/)
    await beat(1, 3)
    t.match(await home(), /<b>test<\/b>: 3 files of it cannot be delivered since \d{4}-/)
    t.notMatch(await home(), 'ECONNREFUSED', 'and no more than that')
  },
)

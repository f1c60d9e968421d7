import { ROUTES } from '@debrief/shared'
import { pino } from 'pino'
import t from 'tap'
import { RateLimitStore } from '../../../server/src/http/rate-limit-store.ts'
import { createRepeats, refuseRepeats } from '../../../server/src/http/refuse-repeats.ts'
import { corpusFile, fileForm, testApp } from '../../support/test-app.ts'

const NAME = '2026-05-05-204850-supply-round-1.txt'
const ROUND_1 = corpusFile(`evenings/files/${NAME}`)
const ROOM = ROUND_1.length * 2 + 100

t.test('what one token may ask for', async t => {
  const lines: string[] = []
  const log = pino({}, { write: line => lines.push(line) })
  const test = await testApp(t, { config: { maxServerBytes: ROOM }, log })
  const { app, pool, token } = test
  const headers = { authorization: `Bearer ${token}` }
  const base = await test.listen()

  await t.test('a game server has at most twenty agents, and a silent one makes room', async t => {
    const beat = (agentId: string, more: object = {}) =>
      app.inject({
        method: 'POST',
        url: ROUTES.heartbeat,
        headers,
        payload: {
          ...{ agentId, version: '1', source: 'agent', startedAt: '2026-05-05T20:00:00Z', waiting: 0 },
          ...{ sentAt: '2026-05-05T20:00:00Z', oldestWaitingAt: null, lastError: null, ...more },
        },
      })
    for (let n = 1; n <= 20; n += 1) t.equal((await beat(`agent ${n}`)).statusCode, 200)
    const refused = await beat('agent 21')
    t.match(refused.json(), { status: 429, code: 'too_fast', retriable: true })
    t.equal((await beat('agent 3')).statusCode, 200, 'a known one goes on')
    await pool.query(
      "update agent_heartbeats set received_at = now() - interval '1 hour' where agent_id = 'agent 5'",
    )
    t.equal((await beat('agent 21')).statusCode, 200)
    const { rows } = await pool.query(
      "select count(*) as agents, count(*) filter (where agent_id = 'agent 5') as gone from agent_heartbeats",
    )
    t.strictSame(rows, [{ agents: 20, gone: 0 }])

    for (const time of [
      '0000-01-01T00:00:00Z',
      '1969-12-31T23:59:59Z',
      `2026-01-01T00:00:00.${'1'.repeat(400)}Z`,
    ]) {
      const answer = await beat('agent 1', { sentAt: time })
      t.match(answer.json(), { status: 400, code: 'malformed_request' }, time.slice(0, 30))
    }
  })

  await t.test('millions of brackets cost nothing', async t => {
    const ask = (payload: string) =>
      app.inject({
        method: 'POST',
        url: ROUTES.missing,
        headers: { ...headers, 'content-type': 'application/json' },
        payload,
      })
    const started = performance.now()
    const deep = await ask(`{"files":${'['.repeat(9_000_000)}`)
    t.match(deep.json(), { status: 400, detail: /deeper than 8/ })
    t.ok(performance.now() - started < 1_500)
    const inText = { files: [{ name: `${'['.repeat(60)}\\"{{{.txt`, bytes: 1 }] }
    t.match((await ask(JSON.stringify(inText))).json(), { missing: [inText.files[0]?.name] })
    t.match((await ask('')).json(), { status: 400, detail: /empty/ })
    t.match((await ask('{"files":[}')).json(), { status: 400, detail: /not valid JSON/ })
  })

  await t.test('a question with a key that nobody knows is refused, not half understood', async t => {
    const upload = (query: string) =>
      fetch(`${base}/api/v1/files${query}`, { method: 'POST', headers, body: fileForm(NAME, ROUND_1) })
    for (const query of ['?dryrun=true', '?dry-run=true', '?dryRun=true&x=1'])
      t.equal((await upload(query)).status, 400, query)
    t.equal((await pool.query('select from processed_files')).rowCount, 0)
    t.equal((await app.inject('/api/v1/sessions?Limit=3')).statusCode, 400)
  })

  await t.test('a game server that has used up its space is asked to keep its files', async t => {
    const upload = (name: string, content = ROUND_1) =>
      fetch(`${base}/api/v1/files`, { method: 'POST', headers, body: fileForm(name, content) })
    t.equal((await upload(NAME)).status, 201)
    t.equal((await upload(NAME.replace('05-05', '05-07'))).status, 201)
    const full = await upload(NAME.replace('05-05', '05-09'))
    t.equal(full.status, 503)
    t.equal(full.headers.get('retry-after'), '300')
    t.match(await full.json(), { code: 'quota_full', retriable: true, detail: /MAX_SERVER_MEGABYTES/ })
    t.equal((await upload(NAME.replace('05-05', '05-11'))).status, 503)
    t.equal(lines.filter(line => line.includes('fill their')).length, 1, 'told once a minute')
    t.equal((await upload(NAME)).status, 200, 'what is here is still known')
    t.equal((await pool.query('select from processed_files')).rowCount, 2)
  })
})

t.test('a round that comes again and again is refused before each import reads them all', async t => {
  const { db, pool, token, listen } = await testApp(t)
  const base = await listen()
  const upload = (name: string, content: string) =>
    fetch(`${base}/api/v1/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: fileForm(name, content),
    })
  const kept = async () => (await pool.query('select from processed_files')).rowCount
  // Names of 3 KB make a file of half a megabyte, whose lines stand under other headers each time.
  const [header = '', line = ''] = ROUND_1.toString().split('\n')
  const player = (n: number) =>
    line
      .replace(/^[^\\]+/, (0xa0000000 + n).toString(16).toUpperCase())
      .replace(/\\[^\\]*\\/, `\\${'n'.repeat(3_000)}\\`)
  const players = Array.from({ length: 128 }, (_, n) => player(n)).join('\n')
  const copy = (n: number) => `${header.replace('legacy3', `legacy${n + 10}`)}\n${players}\n`
  const at = (n: number) => NAME.replace('204850', `2048${String(n + 10)}`)
  let taken = 0
  while (taken < 40 && (await upload(at(taken), copy(taken))).ok) taken += 1
  t.ok(taken > 10 && taken < 30, `${taken} copies`)
  t.match(await (await upload(at(taken), copy(taken))).json(), {
    status: 503,
    code: 'quota_full',
    retriable: true,
  })
  t.ok((await upload(at(3), copy(3))).ok, 'what is here is still known')
  t.equal(await kept(), taken)
  const restarted = { db, log: pino({ level: 'silent' }), repeats: createRepeats(), isNews: () => true }
  const server = { serverId: 1, name: 'alpha', timezone: 'Europe/Paris' }
  const sendAfterRestart = (n: number) =>
    refuseRepeats(restarted, server, { name: at(n), content: Buffer.from(copy(n)) })
  for (const _ of [1, 2])
    await t.rejects(sendAfterRestart(taken), { code: 'quota_full' }, 'also after a restart')
  await t.resolves(sendAfterRestart(3))
  const another = NAME.replace('05-05', '05-09')
  t.ok((await upload(another, copy(0))).ok, 'the same on another day is another round')
  const small = (n: number) => ROUND_1.toString().replace('legacy3', `legacy${n + 10}`)
  for (let n = 0; n < 40; n += 1) {
    const name = NAME.replace('05-05-204850', `06-05-2048${String(n + 10)}`)
    if (!(await upload(name, small(n))).ok) t.fail(`small copy ${n} is refused`)
  }
})

t.test('a session of thousands of invented people is told of a thousand, and says so', async t => {
  const { app, token, listen } = await testApp(t)
  const base = await listen()
  const headers = { authorization: `Bearer ${token}` }
  const [header = '', line = ''] = ROUND_1.toString().split('\n')
  const file = (n: number) => {
    const guid = (player: number) => (0xa0000000 + n * 128 + player).toString(16).toUpperCase()
    const lines = Array.from({ length: 128 }, (_, player) => line.replace(/^[^\\]+/, guid(player)))
    return `${header}\n${lines.join('\n')}\n`
  }
  const report = async () => (await app.inject('/api/v1/sessions/1')).json()
  for (let n = 0; n < 8; n += 1) {
    const name = NAME.replace('204850', `20${n + 10}50`)
    const sent = await fetch(`${base}/api/v1/files`, {
      method: 'POST',
      headers,
      body: fileForm(name, file(n)),
    })
    t.equal(sent.status, 201)
    if (n !== 6) continue
    const { players, notCounted } = await report()
    t.equal(players.length, 896)
    t.notMatch(notCounted.join(), /thousand/)
  }
  t.match(await report(), {
    players: { length: 1_000 },
    notCounted: ['24 players beyond the thousand that a report has'],
  })
})

t.test('a list of receipts stays a list, however many warnings a file has', async t => {
  const { app, pool, token, listen } = await testApp(t)
  const base = await listen()
  const headers = { authorization: `Bearer ${token}` }
  await fetch(`${base}/api/v1/files`, { method: 'POST', headers, body: fileForm(NAME, ROUND_1) })
  const warn = (count: number) =>
    pool.query(
      `update processed_files set warnings = (select jsonb_agg(jsonb_build_object('code', 'hits_over_shots', 'expected', 1, 'actual', 2, 'message', 'm' || n)) from generate_series(1, $1::int) n)`,
      [count],
    )
  const listed = async () => (await app.inject({ url: '/api/v1/files', headers })).json().files[0]
  await warn(1_792)
  t.match(await listed(), { warnings: { length: 50 }, warningsLeftOut: 1_742 })
  await warn(50)
  t.match(await listed(), { warnings: { length: 50 }, warningsLeftOut: undefined })
})

t.test('a proxy that passes on what a client wrote puts no foreign protocol into a page', async t => {
  const { app } = await testApp(t, { config: { trustProxy: true } })
  const headers = { 'x-forwarded-proto': 'javascript', 'x-forwarded-host': 'stats.example.org' }
  for (const url of ['/', '/upload', '/agent']) {
    const page = await app.inject({ url, headers: { ...headers, accept: 'text/html' } })
    t.notMatch(page.body, /javascript:/, url)
  }
})

t.test('the limits count by a clock that nobody puts right', async t => {
  const store = new RateLimitStore()
  const count = (key: string, windowMs = 60_000) => {
    let counted: { current: number; ttl: number } | undefined
    store.incr(key, (_error, result) => (counted = result), windowMs)
    return counted
  }
  t.match(count('a'), { current: 1 })
  const realNow = Date.now
  t.teardown(() => (Date.now = realNow))
  Date.now = () => realNow() + 10 * 365 * 86_400_000
  t.match(count('a'), { current: 2 })
  Date.now = realNow
  const counted = count('a')
  t.match(counted, { current: 3 })
  t.ok((counted?.ttl ?? Number.POSITIVE_INFINITY) <= 60_000)
  t.match(count('b', 0), { current: 1 })
  t.match(count('b'), { current: 1 }, 'a window that is over begins anew')
  for (let n = 0; n < 10_000; n += 1) count(`many ${n}`)
  t.match(count('a'), { current: 1 }, 'memory is bounded: those that came longest ago begin anew')
})

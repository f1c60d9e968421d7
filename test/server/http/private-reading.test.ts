import t from 'tap'
import {
  isReadingPass,
  linkKey,
  readingPass,
  renewReadingSecret,
} from '../../../server/src/game-servers/reading-access.ts'
import { createReadingToken } from '../../../server/src/game-servers/tokens/create-token.ts'
import { readAddresses } from '../../fuzz/http/addresses.ts'
import { corpusFile, fileForm, testApp } from '../../support/test-app.ts'
import { until } from '../../support/until.ts'

const NAME = '2026-05-05-204850-supply-round-1.txt'
/** Addresses that tell nothing of what was played. */
const OPEN = /^\/(healthz|readyz|docs|docs\/json|upload|agent.*|assets\/.*|k\/.*)$/
const READ = ['/', '/sessions/1', '/rounds/1', '/api/v1/sessions', '/api/v1/sessions/1', '/api/v1/rounds/1']

t.test('where reading is private', async t => {
  const test = await testApp(t, { config: { private: true } })
  const { app, db, token } = test
  const base = await test.listen()
  const bearer = (of: string) => ({ authorization: `Bearer ${of}` })
  const body = fileForm(NAME, corpusFile(`evenings/files/${NAME}`))
  const sent = await fetch(`${base}/api/v1/files`, { method: 'POST', headers: bearer(token), body })
  t.equal(sent.status, 201, 'uploads need their token as ever')

  await t.test('nothing is read without a token or a link, and nothing is told', async t => {
    for (const url of [...READ, '/sessions/1/performance.png', '/sessions/99', '/metrics']) {
      const answer = await app.inject(url)
      t.equal(answer.statusCode, 401, url)
      t.notMatch(answer.body, /supply/, url)
    }
    const { body: description } = await app.inject('/docs/json')
    for (const { method, path } of readAddresses(JSON.parse(description))) {
      if (method !== 'GET' || OPEN.test(path)) continue
      const url = path.replace(/\{\w+\}/g, '1')
      // What has no such page says so to everybody.
      t.ok([401, 404].includes((await app.inject(url)).statusCode), url)
    }
    for (const url of ['/healthz', '/readyz', '/docs', '/upload'])
      t.equal((await app.inject(url)).statusCode, 200, url)
    const page = await app.inject({ url: '/', headers: { accept: 'text/html' } })
    t.match(page.body, /Open a link from Discord/)
    const style = /href="(\/assets\/[^"]+css)"/.exec(page.body)?.[1] ?? ''
    t.equal((await app.inject(style)).statusCode, 200, 'the page that says so has its style')
  })

  await t.test('a token of any scope reads; the figures need an admin’s', async t => {
    const reader = await createReadingToken(db, { scope: 'read', label: 'board' })
    const admin = await createReadingToken(db, { scope: 'admin', label: 'prometheus' })
    // A token that was made just now is known when the digests are read again.
    const isKnown = async () =>
      (await app.inject({ url: '/', headers: bearer(admin.token) })).statusCode === 200
    await until('the new tokens are known', isKnown)
    for (const url of READ)
      for (const of of [token, reader.token, admin.token])
        t.equal((await app.inject({ url, headers: bearer(of) })).statusCode, 200, url)
    t.equal((await app.inject({ url: '/metrics', headers: bearer(reader.token) })).statusCode, 401)
    t.equal((await app.inject({ url: '/metrics', headers: bearer(admin.token) })).statusCode, 200)
    t.equal((await app.inject({ url: '/', headers: bearer('wrong') })).statusCode, 401)
  })

  await t.test('a link gives the browser a pass, and leads to its page and nowhere else', async t => {
    const come = await app.inject(`/k/${await linkKey(db)}/sessions/1`)
    t.match(come, { statusCode: 303, headers: { location: '/sessions/1' } })
    const set = String(come.headers['set-cookie'])
    t.match(set, /; HttpOnly; SameSite=Lax/)
    const headers = { cookie: `other=1; ${set.split(';')[0]}` }
    for (const url of READ) t.equal((await app.inject({ url, headers })).statusCode, 200, url)
    t.match(
      (await app.inject({ url: '/', headers })).headers['cache-control'],
      /^(private|no-cache|no-store)/,
    )
    t.equal((await app.inject({ url: '/metrics', headers })).statusCode, 401)

    for (const page of ['compare?a=AAAAAAAA&b=BBBBBBBB', 'leaderboards/kd?period=2026-Q2', 'maps/a%2Bb_1.2'])
      t.match(await app.inject(`/k/${await linkKey(db)}/${page}`), { headers: { location: `/${page}` } })

    for (const key of ['x', 'ä']) {
      const wrong = await app.inject(`/k/${encodeURIComponent(key.repeat(43))}/sessions/1`)
      t.match(wrong, { statusCode: 303, headers: { 'set-cookie': undefined } })
    }
    for (const path of [
      ...['/evil.example', '%2Fevil.example', '\\evil.example', 'a%0d%0aset-cookie:x'],
      ...[':/evil.example', '%3A/evil.example', '*//evil.example', ':/%5Cevil.example', '%09/evil.example'],
    ]) {
      const { location } = (await app.inject(`/k/${await linkKey(db)}/${path}`)).headers
      t.match(location, /^\/[^/\\][\w./%-]*$/, path)
      t.equal(new URL(String(location), 'https://stats.example.org').host, 'stats.example.org')
    }
    await renewReadingSecret(db)
    t.equal((await app.inject({ url: '/', headers })).statusCode, 401, 'another secret ends all passes')
  })

  await t.test('a pass ends after its days, and nobody can make one', async t => {
    const pass = await readingPass(db)
    t.ok(await isReadingPass(db, pass))
    t.notOk(await isReadingPass(db, pass, Date.now() + 31 * 86_400_000))
    const [until = '', signature = ''] = pass.split('.')
    t.notOk(await isReadingPass(db, `${Number(until) + 1}.${signature}`))
    for (const odd of ['', '.', until, `${until}.`, `x.${signature}`])
      t.notOk(await isReadingPass(db, odd), odd)
  })
})

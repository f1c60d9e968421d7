import { pino } from 'pino'
import t, { type Test } from 'tap'
import { openDatabase } from '../../../server/src/db/database.ts'
import { readingPass } from '../../../server/src/game-servers/reading-access.ts'
import { liveReaders } from '../../../server/src/http/live/live-readers.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliver, gameServer } from '../../support/import-files.ts'
import { liveStream } from '../../support/live-stream.ts'
import { testApp } from '../../support/test-app.ts'
import { until } from '../../support/until.ts'

const [ROUND_1, ROUND_2] = corpusFiles('evenings')
if (!ROUND_1 || !ROUND_2) throw new Error('The corpus has no rounds.')

t.test('who reads along is told of every state of the newest session', async t => {
  const test = await testApp(t)
  const base = await test.listen()
  const reader = await liveStream(t, `${base}/live`)
  t.match(reader.headers.get('content-type'), /^text\/event-stream/)
  t.equal(reader.headers.get('content-encoding'), null, 'nothing collects what is said')
  t.equal(reader.headers.get('cache-control'), 'no-store')
  t.same(reader.events(), [{ session: null, version: null }], 'at once, also where no round counts')

  // As another process on this database does it.
  const other = openDatabase({ url: test.databaseUrl, log: pino({ level: 'silent' }) })
  t.teardown(() => other.close())
  const server = await gameServer(other.db, 'zone')
  await deliver(other.db, server, ROUND_1)
  await until('the round is told of', () => reader.events().length === 2)
  const [, first] = reader.events()
  const page = await test.app.inject({ url: '/sessions/latest', headers: { accept: 'text/html' } })
  t.match(page.body, `data-version="${first?.version}"`, 'by the version that stands on the page')

  const late = await liveStream(t, `${base}/api/v1/live`)
  t.same(late.events(), [first], 'who comes later begins with what is')
  await deliver(other.db, server, ROUND_2)
  for (const each of [reader, late])
    await until('both hear of it', () => each.events().at(-1)?.version !== first?.version)
  t.same(late.events().at(-1), reader.events().at(-1))
  t.equal(reader.events().at(-1)?.session, 1)
  const { body: figures } = await test.app.inject('/metrics')
  t.match(figures, /^debrief_live_readers 2$/m)
  t.notMatch(figures, /debrief_http_request_seconds[^\n]*live/, 'no request has taken as long as an evening')

  late.leave()
  await until('who went is forgotten', async () =>
    /^debrief_live_readers 1$/m.test((await test.app.inject('/metrics')).body),
  )
  await test.app.close()
  await until('a server that closes lets everybody go', () => reader.hasEnded())
})

t.test('HEAD has no answer that ends, and is not offered', async t => {
  const { app } = await testApp(t)
  t.equal((await app.inject({ method: 'HEAD', url: '/live' })).statusCode, 405)
})

t.test('where reading is private, only with a token or a pass', async t => {
  const test = await testApp(t, { config: { private: true } })
  const base = await test.listen()
  for (const path of ['/live', '/api/v1/live']) {
    const refused = await liveStream(t, base + path)
    t.equal(refused.status, 401)
    await until('it says why', () => refused.hasEnded())
    t.notMatch(refused.said(), /data:/)
    t.equal((await liveStream(t, base + path, { authorization: `Bearer ${test.token}` })).status, 200)
    const cookie = `debrief_reading=${await readingPass(test.db)}`
    t.equal((await liveStream(t, base + path, { cookie })).status, 200)
  }
})

t.test('who is too many is asked to come again', async t => {
  const { readers, join } = aloneReaders(t, { readers: 3, ofAddress: 2 })
  const first = await join('a')
  await join('a')
  t.equal(await readers.join('a'), null, 'one address has its share')
  await join('b')
  t.equal(await readers.join('c'), null, 'and all together theirs')
  first?.destroy()
  await until('a place is free', async () => (await readers.join('c')) !== null)
})

t.test('a database that is away ends no stream, and nothing is missed', async t => {
  const { join, world } = aloneReaders(t)
  const said = listen(await join('a'))
  world.isAway = true
  await until('it was asked in vain', () => world.failures > 2)
  world.state = { session: 1, version: 'b' }
  world.isAway = false
  await until('the new state is told', () => /"version":"b"/.test(said()))
})

t.test('silence is broken, and nobody stays for ever', async t => {
  const { join } = aloneReaders(t, { heartbeatMs: 10, longestMs: 60_000 })
  const said = listen(await join('a'))
  await until('a comment comes', () => said().includes(': still here\n\n'))
  const brief = aloneReaders(t, { longestMs: 30 })
  const ended = new Promise(
    resolve => void brief.join('a').then(stream => stream?.once('end', resolve).resume()),
  )
  await ended
  t.pass('then he comes again, and is looked at anew')
})

t.test('who takes nothing any more is let go before his words fill the memory', async t => {
  const { join, world } = aloneReaders(t)
  const stream = await join('a')
  let number = 0
  await until('he is let go', () => {
    number += 1
    world.state = { session: 1, version: 'x'.repeat(20_000) + number }
    return stream?.destroyed === true
  })
})

t.test('a server that is told to stop lets everybody go while it still answers', async t => {
  const { readers, join, world } = aloneReaders(t)
  const stream = await join('a')
  const ended = new Promise(resolve => stream?.once('end', resolve).resume())
  world.server.draining = true
  await ended
  const late = await readers.join('b')
  await new Promise(resolve => late?.once('end', resolve).resume())
  t.pass('and whoever came in that moment')
})

/** Readers of a state that the test sets. */
function aloneReaders(t: Test, limits: Parameters<typeof liveReaders>[0]['limits'] = {}) {
  const world = {
    state: { session: 1, version: 'a' },
    ...{ isAway: false, failures: 0 },
    server: { shuttingDown: false, draining: false },
  }
  const readers = liveReaders({
    limits: { lookMs: 5, ...limits },
    state: world.server,
    async look() {
      if (world.isAway) world.failures += 1
      if (world.isAway) throw new Error('The database is away.')
      return world.state
    },
  })
  t.teardown(() => readers.close())
  return { readers, world, join: (address: string) => readers.join(address) }
}

function listen(stream: NodeJS.ReadableStream | null): () => string {
  let said = ''
  stream?.on('data', chunk => {
    said += String(chunk)
  })
  return () => said
}

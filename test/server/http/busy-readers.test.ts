import t from 'tap'
import { boundedReads, versionedCache } from '../../../server/src/http/bounded-reads.ts'
import { RequestFault } from '../../../server/src/http/request-fault.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliver, deliverAll, gameServer } from '../../support/import-files.ts'
import { fileForm, testApp } from '../../support/test-app.ts'

/** A read that ends when the test says so. */
function slowRead<T>(value: T) {
  let end: () => void = () => undefined
  const ended = new Promise<void>(resolve => {
    end = resolve
  })
  let started = 0
  return {
    end,
    started: () => started,
    load: async () => {
      started += 1
      await ended
      return value
    },
  }
}

t.test('few reads run at once, whoever asks, and too many are asked to come again', async t => {
  const reads = boundedReads({ atOnce: 2, waiting: 3 })
  const slow = slowRead('x')
  const asked = ['a', 'b', 'c', 'd', 'e'].map(key => reads.read(key, slow.load))
  await t.rejects(
    reads.read('f', slow.load),
    new RequestFault('too_fast', 'Many are reading at this moment; ask again shortly.'),
  )
  t.equal(slow.started(), 2)
  slow.end()
  t.strictSame(await Promise.all(asked), ['x', 'x', 'x', 'x', 'x'])
  t.equal(slow.started(), 5)
  t.equal(await reads.read('f', async () => 'later'), 'later')
})

t.test('who asks while a read is under way gets the next one, which all of them share', async t => {
  const reads = boundedReads()
  let state = 1
  const [before, after] = [slowRead(0), slowRead(0)]
  const first = reads.read('key', async () => {
    const seen = state
    await before.load()
    return seen
  })
  state = 2
  const later = [1, 2, 3].map(() =>
    reads.read('key', async () => {
      await after.load()
      return state
    }),
  )
  before.end()
  t.equal(await first, 1)
  after.end()
  t.strictSame(await Promise.all(later), [2, 2, 2], 'nobody is shown less than there was when he asked')
  t.equal(after.started(), 1)
})

t.test('a failed read is told to those who shared it, and tried again by the next', async t => {
  const reads = boundedReads({ atOnce: 1 })
  let isBroken = true
  const load = async () => {
    if (isBroken) throw new Error('broken')
    return 'whole'
  }
  await t.rejects(reads.read('key', load), /broken/)
  isBroken = false
  t.equal(await reads.read('key', load), 'whole')
  isBroken = true
  const [first, second] = [reads.read('key', load), reads.read('key', load)]
  await Promise.all([t.rejects(first, /broken/), t.rejects(second, /broken/)])
})

t.test('a value is loaded once per version, and the least used goes', async t => {
  const versions = new Map([
    [1, 'a'],
    [2, 'a'],
    [3, 'a'],
  ])
  const loads: number[] = []
  const cached = versionedCache({
    ...{ reads: boundedReads(), name: 'test', max: 2 },
    versionOf: async (key: number) => versions.get(key) ?? null,
    load: async (key: number) => {
      loads.push(key)
      return { version: versions.get(key) ?? '', value: key }
    },
  })
  for (const key of [1, 1, 2, 1]) await cached(key)
  t.strictSame(loads, [1, 2])
  versions.set(1, 'b')
  t.equal((await cached(1))?.version, 'b')
  await cached(3)
  await cached(1)
  await cached(2)
  t.strictSame(loads, [1, 2, 1, 3, 2])
  t.equal(await cached(4), null)
})

t.test('four hundred readers of everything delay no upload, and see it when it is there', async t => {
  const { app, db, token } = await testApp(t)
  const files = corpusFiles('evenings').slice(0, 8)
  await deliverAll(db, await gameServer(db, 'zone'), files)
  const urls = [
    '/api/v1/sessions?limit=100',
    '/',
    '/sessions/1',
    '/api/v1/sessions/latest',
    '/rounds/1',
    '/rounds/2',
  ]
  let answered = 0
  const readers = Array.from({ length: 400 }, async (_, index) => {
    const { statusCode } = await app.inject({
      url: urls[index % urls.length] ?? '/',
      headers: { accept: 'text/html' },
    })
    answered += 1
    return statusCode
  })
  const [file] = files
  if (!file) throw new Error('The corpus has no files.')
  const form = new Response(fileForm(file.name, new Uint8Array(file.content)))
  const { statusCode } = await app.inject({
    ...{ method: 'POST', url: '/api/v1/files' },
    headers: { authorization: `Bearer ${token}`, 'content-type': form.headers.get('content-type') ?? '' },
    payload: Buffer.from(await form.arrayBuffer()),
  })
  t.equal(statusCode, 201)
  t.ok(answered < 400, `the upload was done when ${answered} of 400 readers had their answer`)
  t.strictSame([...new Set(await Promise.all(readers))], [200])
  const list = (await app.inject('/api/v1/sessions')).json()
  t.equal(list.sessions.length, 2, 'the session of the uploaded file is there')
})

t.test('lists and rounds show what was written since', async t => {
  const { app, db } = await testApp(t)
  const server = await gameServer(db, 'zone')
  const [round1, round2] = corpusFiles('evenings')
  if (!round1 || !round2) throw new Error('The corpus has no files.')
  await deliver(db, server, round2)
  const get = async (url: string) => (await app.inject(url)).json()
  t.match(await get('/api/v1/sessions'), { sessions: [{ rounds: 0, notCounted: { waiting: 1 } }] })
  t.match(await get('/api/v1/rounds/1'), { status: 'awaiting_round_1' })
  await deliver(db, server, round1)
  t.match(await get('/api/v1/sessions'), { sessions: [{ rounds: 2, notCounted: { waiting: 0 } }] })
  t.match(await get('/api/v1/rounds/1'), { status: 'complete', mapResult: { map: 'supply' } })
  await db
    .updateTable('processed_files')
    .set({ warnings: JSON.stringify([]), source: 'manual' })
    .execute()
  t.match(await get('/api/v1/rounds/1'), { file: { source: 'manual' } }, 'the receipt is of now')
  await db.updateTable('game_servers').set({ name: 'renamed' }).where('name', '=', 'zone').execute()
  t.match(await get('/api/v1/sessions'), { sessions: [{ server: 'renamed' }] })
  t.match(await get('/api/v1/rounds/1'), { server: 'renamed' })
})

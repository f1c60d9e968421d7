import { appendFileSync } from 'node:fs'
import {
  appendFile,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { ROUTES } from '@debrief/shared'
import t from 'tap'
import { readStatus } from '../../../agent/src/report/status-file.ts'
import { agentConfig, roundName, runTestAgent, testFolder, writeRound } from '../../support/agent-run.ts'
import { type Fault, startFakeIngest } from '../../support/fake-ingest.ts'
import { testClock } from '../../support/test-clock.ts'
import { until } from '../../support/until.ts'

type Test = { teardown(fn: () => unknown): unknown }

async function setUp(t: Test) {
  const root = await testFolder(t)
  const dir = join(root, 'gamestats')
  await mkdir(dir)
  const ingest = await startFakeIngest()
  t.teardown(() => ingest.stop())
  return { root, dir, ingest }
}

t.jobs = 4

t.test(
  'what lies there is asked about in one question, then sent by evenings, the newest first; what is known is not sent',
  async t => {
    const { dir, ingest } = await setUp(t)
    const names: string[] = []
    for (let i = 0; i < 30; i++) {
      const name = await writeRound(dir)
      // Three evenings of ten rounds, some of which are over after midnight.
      const time = Date.UTC(2023, 10, 14 + Math.floor(i / 10), 22, 15 * (i % 10)) / 1000
      await utimes(join(dir, name), time, time)
      names.push(name)
    }
    await writeFile(join(dir, 'notes.txt'), 'not ours')
    const first = runTestAgent(t, agentConfig(ingest.url, dir))
    await until('all are sent', () => ingest.uploads.length === 30)
    await first.stop()
    t.equal(ingest.questions.length, 1)
    t.match(
      ingest.uploads[0]?.parts,
      ['sha256', 'mtime', 'source', 'file'],
      'the fields stand before the file',
    )
    const newest = ingest.uploads.find(upload => upload.name === names[20])
    t.match(newest, { source: 'agent', mtime: /^2023-11-16T22:00/ })
    t.match(ingest.requests[0]?.userAgent, /^debrief-agent\/\d+\.\d+\.\d+ \(\+node\)$/)
    const order = ingest.uploads.map(upload => names.indexOf(upload.name))
    // Four go at once, and one that is hinted at in that instant may slip in between.
    const wanted = [2, 1, 0].flatMap(evening => Array.from({ length: 10 }, (_, i) => 10 * evening + i))
    const displaced = wanted.filter((file, place) => Math.abs(order.indexOf(file) - place) > 5)
    t.ok(displaced.length <= 1, `the newest evening first, each in its order: ${order}`)
    t.notOk(ingest.files().has('notes.txt'))

    const second = runTestAgent(t, agentConfig(ingest.url, dir))
    await until('all are known', () => second.events.filter(({ kind }) => kind === 'known').length === 30)
    await until(
      'some scans have passed',
      () => second.log.filter(({ msg }) => msg === 'the agent runs').length === 1,
    )
    const before = ingest.requests.filter(({ path }) => path !== ROUTES.heartbeat).length
    await new Promise(resolve => setTimeout(resolve, 2_200))
    t.equal(ingest.uploads.length, 30)
    t.equal(ingest.questions.length, 2)
    t.ok(
      ingest.questions[1]?.every(({ sha256 }) => sha256),
      'the second question tells the digests',
    )
    t.equal(
      ingest.requests.filter(({ path }) => path !== ROUTES.heartbeat).length,
      before,
      'a scan without news asks nothing',
    )
    t.equal(ingest.heartbeats.length, 2)
  },
)

t.test('a file is on its way as soon as it is closed, not at the next scan', async t => {
  const { dir, ingest } = await setUp(t)
  const agent = runTestAgent(t, agentConfig(ingest.url, dir, { SCAN_SECONDS: '3600' }))
  await until('the first scan is over', () => ingest.heartbeats.length > 0)
  for (let i = 0; i < 7; i++) {
    const name = roundName()
    const file = await open(join(dir, name), 'w')
    await file.write('header\n')
    await file.write('a player line\n')
    await file.close()
    await until('it is being uploaded', () =>
      agent.events.some(event => event.kind === 'uploading' && event.name === name),
    )
  }
})

t.test('a file that grows while it is watched is sent once, whole', async t => {
  const { dir, ingest } = await setUp(t)
  const agent = runTestAgent(t, agentConfig(ingest.url, dir))
  await until('the first scan is over', () => ingest.heartbeats.length > 0)
  const name = roundName()
  let whole = ''
  for (let i = 0; i < 12; i++) {
    const piece = i % 2 === 0 ? `line ${i}` : ` goes on\n`
    whole += piece
    // At once: the agent lives in this process, and where that stalls, the write that was due first comes first.
    appendFileSync(join(dir, name), piece)
    // How a writer pauses is learned from its second piece on: two that are seen as one teach nothing.
    if (i === 0) await until('its first piece is seen', () => agent.events.some(each => each.name === name))
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  await until('it is delivered', () => agent.events.some(event => event.kind === 'delivered'))
  t.same(ingest.contentsOf(name).map(String), [whole])
})

t.test('a writer that stalls and goes on later ends complete on the server', async t => {
  const { dir, ingest } = await setUp(t)
  const agent = runTestAgent(t, agentConfig(ingest.url, dir))
  const name = await writeRound(dir, roundName(), 'header\ncut in mid-')
  await until('the cut one was refused', () => agent.events.some(event => event.kind === 'rejected'))
  await appendFile(join(dir, name), 'line\n')
  await until('the whole one is there', () => agent.events.some(event => event.kind === 'delivered'))
  t.same(ingest.contentsOf(name).map(String), ['header\ncut in mid-', 'header\ncut in mid-line\n'])
  await truncate(join(dir, name), 7)
  await until('also a shorter one is sent', () => ingest.contentsOf(name).length === 3)
})

t.test('a rejected file is sent once for its content, also after a restart', async t => {
  const { dir, ingest } = await setUp(t)
  const config = agentConfig(ingest.url, dir)
  const name = await writeRound(dir, roundName(), 'no end')
  const first = runTestAgent(t, config)
  await until('it is rejected', () => first.events.some(event => event.kind === 'rejected'))
  t.match(
    first.events.find(event => event.kind === 'rejected'),
    { name, code: 'no_final_newline', line: 1 },
  )
  await new Promise(resolve => setTimeout(resolve, 1_500))
  await first.stop()
  const second = runTestAgent(t, config)
  await until('it is known', () => second.events.some(event => event.kind === 'known'))
  await utimes(join(dir, name), new Date(), new Date())
  await until(
    'it is looked at again',
    () => second.events.filter(event => event.kind === 'known').length === 2,
  )
  t.equal(ingest.uploads.length, 1)
})

t.test('a rejected file stays one where the notes cannot be written', async t => {
  const { root, dir, ingest } = await setUp(t)
  await writeFile(join(root, 'no-folder'), '')
  const config = agentConfig(ingest.url, dir, { STATE_DIR: join(root, 'no-folder/state') })
  await writeRound(dir, roundName(), 'no end')
  const agent = runTestAgent(t, config)
  await until('it is rejected', () => agent.events.some(event => event.kind === 'rejected'))
  await until('that is told', () => ingest.heartbeats.length > 0)
  const before = ingest.questions.length
  ingest.database = 'another'
  // The database is named in every answer: the next file brings it, and another one the change.
  await writeRound(dir)
  await until('it is there', () => ingest.files().size === 2)
  ingest.database = 'a third'
  await writeRound(dir)
  await until('all are asked about again', () => ingest.questions.length > before)
  await until('it is known', () => agent.events.some(event => event.kind === 'known'))
  await rm(join(root, 'no-folder'))
  await writeRound(dir)
  await until('the status can be written', async () => (await readStatus(config.stateDir)) !== null)
  const [source] = (await readStatus(config.stateDir))?.sources ?? []
  t.match(source, { notTakenCount: 1, notTaken: [{ code: 'no_final_newline' }] })
  await agent.stop()
  const text = await readFile(join(config.stateDir, 'history.jsonl'), 'utf8')
  t.match(text, /"outcome":"rejected"/, 'what could not be written is written later')
})

t.test('a server that has lost its memory gets everything again', async t => {
  const { dir, ingest } = await setUp(t)
  for (let i = 0; i < 5; i++) await writeRound(dir)
  const config = agentConfig(ingest.url, dir)
  const first = runTestAgent(t, config)
  await until('all are sent', () => ingest.files().size === 5)
  await first.stop()
  ingest.forgetAll()
  const second = runTestAgent(t, config)
  await until('all are sent again', () => ingest.files().size === 5)

  await ingest.stop()
  ingest.forgetAll()
  const name = await writeRound(dir)
  await until('it fails twice', () => second.events.filter(event => event.kind === 'retrying').length >= 2)
  await ingest.start()
  await until('the old ones are there, too', () => ingest.files().size === 6)
  t.ok(ingest.files().has(name))
})

const FAULTS: Fault[] = [
  'error-500',
  'unavailable-503',
  'too-fast-429',
  'hang',
  'cut-request',
  'answer-lost',
  'answer-cut',
  'captive-portal',
  'redirect',
  'nginx-413',
  'balancer-503',
  'foreign-receipt',
]
for (const fault of FAULTS) {
  t.test(`nothing is lost when the server fails with ${fault}`, async t => {
    const { dir, ingest } = await setUp(t)
    let failing = true
    ingest.misbehave(path => (failing && path === ROUTES.files ? fault : null))
    const agent = runTestAgent(t, agentConfig(ingest.url, dir))
    const names = [await writeRound(dir), await writeRound(dir)]
    await until(
      'it has failed twice',
      () => agent.events.filter(event => event.kind === 'retrying').length >= 2,
    )
    t.notOk(
      agent.events.some(event => event.kind === 'delivered' || event.kind === 'rejected'),
      'nothing counts as done',
    )
    failing = false
    await until(
      'both are delivered',
      () => agent.events.filter(event => event.kind === 'delivered').length === 2,
    )
    t.same([...ingest.files().keys()].sort(), names)
    t.ok(names.every(name => ingest.contentsOf(name).length === 1))
  })
}

t.test('another database behind the server is asked about everything, and gets what it lacks', async t => {
  const { dir, ingest } = await setUp(t)
  ingest.database = '7001/1'
  const clock = testClock()
  const agent = runTestAgent(t, agentConfig(ingest.url, dir), { clock })
  const lost = await writeRound(dir)
  const step = (isSo: () => boolean) => async () => {
    await clock.pass(1_000)
    return isSo()
  }
  await until(
    'it is delivered',
    step(() => ingest.files().has(lost)),
  )
  // An asynchronous standby takes over: it never had the file, and nobody saw the server away.
  ingest.forgetAll()
  ingest.database = '7001/2'
  await until(
    'it is there again, by the next heartbeat at the latest',
    step(() => ingest.files().has(lost)),
  )
  t.match(
    agent.log.find(({ msg }) => /another database answers/.test(String(msg))),
    { before: '7001/1', now: '7001/2' },
  )
  const questions = ingest.questions.length
  await clock.pass(600_000)
  t.equal(ingest.questions.length, questions, 'the same database is not asked again and again')
})

t.test(
  'an idle agent learns of an outage by its heartbeat, asks again after it, and says how long it was',
  async t => {
    const { dir, ingest } = await setUp(t)
    const clock = testClock()
    const agent = runTestAgent(t, agentConfig(ingest.url, dir), { clock })
    const lost = await writeRound(dir)
    await until('it is delivered', async () => {
      await clock.pass(1_000)
      return ingest.files().has(lost)
    })
    await clock.pass(120_000)
    await ingest.stop()
    ingest.forgetAll()
    await clock.pass(134_000)
    await ingest.start()
    await until('it is there again', async () => {
      await clock.pass(1_000)
      return ingest.files().has(lost)
    })
    t.ok(agent.log.some(({ msg }) => /^the server is back after \d min \d+ s$/.test(String(msg))))
    t.notOk(
      agent.events.some(({ kind }) => kind === 'retrying'),
      'no file had to fail for it',
    )
  },
)

t.test(
  'a file that is copied anew is asked about, not sent again; other bytes of its size are sent',
  async t => {
    const { dir, ingest } = await setUp(t)
    const config = agentConfig(ingest.url, dir)
    const first = runTestAgent(t, config)
    const name = await writeRound(dir)
    await until('it is delivered', () => first.events.some(({ kind }) => kind === 'delivered'))
    await utimes(join(dir, name), 1_700_000_000, 1_700_000_000)
    await until('it is known', () => first.events.some(({ kind }) => kind === 'known'))
    await first.stop()

    await utimes(join(dir, name), 1_710_000_000, 1_710_000_000)
    const second = runTestAgent(t, config)
    await until('a new start knows it, too', () => second.events.some(({ kind }) => kind === 'known'))
    t.equal(ingest.uploads.length, 1)

    const other = String(ingest.contentsOf(name)[0]).replace('line', 'lime')
    await writeFile(join(dir, name), other)
    await until('the other bytes are there', () => String(ingest.files().get(name)) === other)
  },
)

t.test('what a delivery took is told apart: to settle, to wait for the server, to upload', async t => {
  const { dir, ingest } = await setUp(t)
  let failing = true
  ingest.misbehave(path => (failing && path === ROUTES.files ? 'error-500' : null))
  const agent = runTestAgent(t, agentConfig(ingest.url, dir), { random: () => 0.5 })
  await writeRound(dir)
  await until(
    'it has failed twice',
    () => agent.events.filter(({ kind }) => kind === 'retrying').length === 2,
  )
  failing = false
  await until('it is delivered', () => agent.log.some(({ msg }) => msg === 'delivered'))
  const { settle, wait, upload, total } = agent.log.find(({ msg }) => msg === 'delivered') ?? {}
  t.ok(Number(wait) >= 1_400 && Number(settle) < Number(wait), `settle ${settle}, wait ${wait}`)
  t.equal(total, Number(settle) + Number(wait) + Number(upload))
})

t.test('Retry-After is waited for, by all files', async t => {
  const { dir, ingest } = await setUp(t)
  ingest.retryAfterSeconds = 2
  let failing = true
  ingest.misbehave(path => (failing && path === ROUTES.files ? 'too-fast-429' : null))
  for (let i = 0; i < 6; i++) await writeRound(dir)
  const agent = runTestAgent(t, agentConfig(ingest.url, dir))
  await until(
    'four were told to wait',
    () => agent.events.filter(({ kind }) => kind === 'retrying').length === 4,
  )
  const toldAt = Math.max(...ingest.requests.filter(({ fault }) => fault !== null).map(({ at }) => at))
  failing = false
  await until('all are there', () => ingest.files().size === 6)
  const next = Math.min(...ingest.uploads.map(({ at }) => at))
  t.ok(next - toldAt >= 1_900, `${Math.round(next - toldAt)} ms`)
})

t.test('while one request tries a server that is silent, nobody runs in circles', async t => {
  const { dir, ingest } = await setUp(t)
  ingest.database = 'one'
  const httpTimeouts = { connectMs: 2_000, silenceMs: 3_000, totalMs: 4_000 }
  for (let i = 0; i < 20; i++) await writeRound(dir)
  const agent = runTestAgent(t, agentConfig(ingest.url, dir, { SCAN_SECONDS: '60' }), { httpTimeouts })
  await until('all are there', () => ingest.files().size === 20)
  const looks = () => ingest.requests.filter(({ path }) => path === ROUTES.missing).length
  // Another database is to be asked about everything, and does not answer; nor does it take the new file.
  let failing = true
  ingest.misbehave(path => {
    if (!failing) return null
    if (path === ROUTES.missing) return 'error-500'
    return path === ROUTES.files ? 'hang' : null
  })
  ingest.database = 'two'
  const name = await writeRound(dir)
  await until('the file hangs', () => ingest.requests.some(({ fault }) => fault === 'hang'))
  await until('it is tried again', () => agent.events.filter(({ kind }) => kind === 'retrying').length >= 2)
  const complaints = agent.log.filter(({ msg }) => String(msg).startsWith('the server does not say'))
  t.ok(complaints.length <= looks(), `${complaints.length} lines about ${looks()} questions`)
  t.ok(looks() < 10, `${looks()} questions`)
  failing = false
  await until('it is there', () => ingest.files().has(name))
  await until('all are asked about', () => (ingest.questions.at(-1)?.length ?? 0) >= 20)
})

t.test('too many agents: their words wait, the files do not', async t => {
  const { dir, ingest } = await setUp(t)
  ingest.retryAfterSeconds = 900
  ingest.misbehave(path => (path === ROUTES.heartbeat ? 'too-fast-429' : null))
  runTestAgent(t, agentConfig(ingest.url, dir))
  await until('it may not tell', () => ingest.requests.some(({ fault }) => fault === 'too-fast-429'))
  await writeRound(dir)
  await until('the file is there', () => ingest.files().size === 1)
})

t.test('a file of a time that the server does not take is delivered without it', async t => {
  const { dir, ingest } = await setUp(t)
  const name = await writeRound(dir)
  const time = new Date(Date.UTC(1960, 0))
  await utimes(join(dir, name), time, time)
  ingest.misbehave(path => (path === ROUTES.heartbeat ? null : 'unavailable-503'))
  runTestAgent(t, agentConfig(ingest.url, dir))
  await until('a heartbeat tells that it waits', () =>
    ingest.heartbeats.some(({ waiting, oldestWaitingAt }) => waiting === 1 && oldestWaitingAt !== null),
  )
  ingest.misbehave(() => null)
  await until('it is there', () => ingest.files().has(name))
  t.match(ingest.uploads.at(-1), { parts: ['sha256', 'source', 'file'], status: 201 })
})

t.test('one file on which the server fails holds up no other', async t => {
  const { dir, ingest } = await setUp(t)
  const bad = roundName('broken')
  let uploads = 0
  ingest.misbehave(path => (path === ROUTES.files && uploads++ < 3 ? 'error-500' : null))
  await writeRound(dir, bad)
  const agent = runTestAgent(t, agentConfig(ingest.url, dir))
  await until('it has failed', () => agent.events.some(event => event.kind === 'retrying'))
  for (let i = 0; i < 10; i++) await writeRound(dir)
  await until('all are there', () => ingest.files().size === 11)
})

t.test('a refused token stops the uploads, loudly; a new one in its file is found', async t => {
  const { root, dir, ingest } = await setUp(t)
  const tokenFile = join(root, 'token')
  await writeFile(tokenFile, 'revoked-token')
  const clock = testClock()
  const config = agentConfig(ingest.url, dir, { INGEST_TOKEN_FILE: tokenFile })
  const agent = runTestAgent(t, config, { clock })
  for (let i = 0; i < 3; i++) await writeRound(dir)
  await until('it says so, loudly', async () => {
    await clock.pass(1_000)
    return agent.log.some(line => line.level === 50 && /REFUSES THE TOKEN/.test(String(line.msg)))
  })
  const asked = () => ingest.requests.filter(({ path }) => path !== ROUTES.heartbeat).length
  const before = asked()
  await clock.pass(50_000)
  t.ok(asked() - before <= 1, `asked ${asked() - before} times more in most of a minute`)
  t.equal(ingest.files().size, 0)
  await writeFile(tokenFile, 'good-token\n')
  await until('all are there', async () => {
    await clock.pass(1_000)
    return ingest.files().size === 3
  })
  t.notMatch(JSON.stringify(agent.log), /good-token|revoked-token/, 'no token in the log')
})

t.test('after a day without the server, with the clock jumping, everything is there once', async t => {
  const { dir, ingest } = await setUp(t)
  const clock = testClock()
  const agent = runTestAgent(t, agentConfig(ingest.url, dir, { SCAN_SECONDS: '600' }), {
    clock,
    random: () => 0.9,
  })
  await clock.pass(5_000)
  await ingest.stop()
  const names: string[] = []
  for (let hour = 0; hour < 24; hour++) {
    names.push(await writeRound(dir))
    if (hour === 6) clock.jumpWall(-3 * 365 * 86_400_000)
    if (hour === 12) clock.jumpWall(9 * 365 * 86_400_000)
    await clock.pass(3_600_000)
  }
  t.ok(
    agent.events.filter(event => event.kind === 'retrying').length < 24 * 60 * 2.5,
    'about one try a minute',
  )
  await ingest.start()
  await clock.pass(61_000)
  await until('all are there', async () => {
    await clock.pass(1_000)
    return ingest.files().size === 24
  })
  t.same([...ingest.files().keys()].sort(), names.sort())
  t.equal(ingest.uploads.length, 24)
})

t.test('the folder may come late, go, come back, and be a link', async t => {
  const { root, ingest } = await setUp(t)
  const dir = join(root, 'not/yet/gamestats')
  const agent = runTestAgent(t, agentConfig(ingest.url, dir, { SCAN_SECONDS: '60' }))
  await until('its absence is noticed', () =>
    agent.log.some(line => line.msg === 'the folder cannot be read'),
  )
  await mkdir(dir, { recursive: true })
  await writeRound(dir)
  await until('the first is there', () => ingest.files().size === 1)

  await rm(dir, { recursive: true })
  await mkdir(dir)
  await writeRound(dir)
  await until('the second is there', () => ingest.files().size === 2)

  const other = join(root, 'elsewhere')
  await mkdir(other)
  await rm(dir, { recursive: true })
  await symlink(other, dir)
  await until(
    'the link is found',
    () => agent.log.some(line => line.msg === 'the folder can be read again') || ingest.files().size === 2,
  )
  await writeRound(other)
  await until('the third is there', () => ingest.files().size === 3)

  const third = join(root, 'third')
  await mkdir(third)
  await symlink(third, `${dir}.new`)
  await rename(`${dir}.new`, dir)
  await writeRound(third)
  await until('the fourth is there', () => ingest.files().size === 4)
})

t.test(
  'only regular files of this folder are read: no link, no folder, no pipe, nothing too large',
  async t => {
    const { root, dir, ingest } = await setUp(t)
    await writeFile(join(root, 'secret'), 'secret\n')
    await symlink(join(root, 'secret'), join(dir, roundName('link')))
    await mkdir(join(dir, roundName('folder')))
    const large = roundName('large')
    await writeFile(join(dir, large), Buffer.alloc(1_048_577, 10))
    const good = await writeRound(dir)
    const agent = runTestAgent(t, agentConfig(ingest.url, dir))
    await until('the good one is there', () => ingest.files().size === 1)
    await writeFile(join(dir, roundName('later')), Buffer.alloc(2_000_000, 10))
    await until(
      'the large ones are named',
      () => agent.events.filter(event => event.kind === 'too_large').length === 2,
    )
    t.same([...ingest.files().keys()], [good])
  },
)

t.test('a stop with an upload under way takes less than five seconds', async t => {
  const { dir, ingest } = await setUp(t)
  ingest.misbehave(path => (path === ROUTES.files ? 'hang' : null))
  const httpTimeouts = { connectMs: 60_000, silenceMs: 60_000, totalMs: 60_000 }
  const agent = runTestAgent(t, agentConfig(ingest.url, dir), { httpTimeouts })
  await writeRound(dir)
  await until('it hangs', () => ingest.requests.some(({ fault }) => fault === 'hang'))
  const startedAt = performance.now()
  t.same(await agent.stop(), { kind: 'stopped' })
  t.ok(performance.now() - startedAt < 5_000)
})

t.test('a server that is too old for heartbeats gets one, and no complaint', async t => {
  const { dir, ingest } = await setUp(t)
  ingest.knowsHeartbeat = false
  const clock = testClock()
  const agent = runTestAgent(t, agentConfig(ingest.url, dir), { clock })
  await until('a heartbeat was tried', async () => {
    await clock.pass(1_000)
    return ingest.requests.some(({ path }) => path === ROUTES.heartbeat)
  })
  await clock.pass(600_000)
  t.equal(ingest.requests.filter(({ path }) => path === ROUTES.heartbeat).length, 1)
  t.notOk(agent.log.some(line => Number(line.level) >= 40))
})

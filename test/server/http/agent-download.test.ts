import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { agentDownloadLine, agentInstallLine } from '@debrief/shared'
import { pino } from 'pino'
import t from 'tap'
import { agentProgram } from '../../../agent/build/agent-program.ts'
import { isBuilt, sourcesDigest } from '../../../agent/build/is-built.ts'
import { agentLines } from '../../../server/src/cli/agent-lines.ts'
import { keepAgentProgram } from '../../../server/src/http/agent-download/keep-agent-program.ts'
import { testApp } from '../../support/test-app.ts'

const run = promisify(execFile)

t.test('the agent is handed out with its sum, and needs no database', async t => {
  const { app, state, listen } = await testApp(t)
  state.databasePrepared = false
  const { sha256 } = await agentProgram()

  const file = await app.inject('/agent/debrief-agent.cjs')
  t.equal(file.statusCode, 200)
  t.equal(createHash('sha256').update(file.rawPayload).digest('hex'), sha256)
  const digest = Buffer.from(sha256, 'hex').toString('base64')
  t.match(file.headers, {
    'content-type': 'text/javascript; charset=utf-8',
    digest: `sha-256=${digest}`,
    'repr-digest': `sha-256=:${digest}:`,
    'content-length': String(file.rawPayload.length),
  })
  const sum = await app.inject('/agent/sha256')
  t.equal(sum.body, `${sha256}  debrief-agent.cjs\n`)
  t.equal((await app.inject({ method: 'HEAD', url: '/agent/debrief-agent.cjs' })).statusCode, 200)
  state.databasePrepared = true
  t.equal((await app.inject({ method: 'POST', url: '/agent/sha256' })).statusCode, 405)

  t.test('the printed line fetches it and checks it, in a plain shell', async t => {
    const dir = await mkdtemp(join(tmpdir(), 'debrief-fetch-'))
    t.teardown(() => rm(dir, { recursive: true, force: true }))
    const url = await listen()
    const good = await run('sh', ['-c', agentDownloadLine(url, sha256)], { cwd: dir })
    t.equal(good.stdout, 'debrief-agent.cjs: OK\n')
    const { stdout } = await run(process.execPath, [join(dir, 'debrief-agent.cjs'), '--version'])
    t.match(stdout, /^\d+\.\d+\.\d+\n$/)
    await t.rejects(run('sh', ['-c', agentDownloadLine(url, 'f'.repeat(64))], { cwd: dir }), 'another sum')
  })
})

t.test('the page has the steps with the address of this server, and the sum', async t => {
  const { app } = await testApp(t)
  const { sha256 } = await agentProgram()
  const own = await app.inject({ url: '/agent', headers: { host: 'stats.lan:8080' } })
  t.match(own, { statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
  t.match(own.body, 'curl -fsSLO http://stats.lan:8080/agent/debrief-agent.cjs ||')
  t.match(own.body, 'install --server http://stats.lan:8080</code>')
  t.match(own.body, `<code>${sha256}</code>`)
  t.match(own.body, 'does not know its own public address')

  const known = await testApp(t, { config: { publicUrl: 'https://stats.example.org' } })
  const page = await known.app.inject('/agent')
  t.match(page.body, 'install --server https://stats.example.org')
  t.notMatch(page.body, 'does not know its own public address')
  const hostile = await app.inject({ url: '/agent', headers: { host: 'x"><script>' } })
  t.notMatch(hostile.body, 'x"><script>')
  t.match(hostile.body, 'https://stats.example.org', 'an example')
})

t.test('a build is made when it is missing or of other sources, and only then', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'debrief-build-'))
  t.teardown(() => rm(dir, { recursive: true, force: true }))
  const file = join(dir, 'agent.cjs')
  t.equal(await isBuilt(file), false)
  const { sha256 } = await agentProgram(file)
  t.equal(await isBuilt(file), true)
  t.equal(sha256, (await agentProgram()).sha256, 'two builds are equal')
  await writeFile(join(dir, 'no-folder'), '')
  const unwritten = await agentProgram(join(dir, 'no-folder/agent.cjs'))
  t.equal(unwritten.sha256, sha256, 'where nothing may be written, it is made and handed out all the same')
  t.match(await readFile(join(dir, 'THIRD-PARTY-NOTICES'), 'utf8'), /\ncommander [\d.]+ \(MIT\)\n/)
  await writeFile(file, 'kept as it is')
  t.match((await agentProgram(file)).content.toString(), 'kept as it is')
  await writeFile(`${file}.sources`, 'others')
  t.equal((await agentProgram(file)).sha256, sha256)
  t.ok((await stat(file)).mode & 0o100, 'it can be run')
})

t.test('sources of an older version, put back, are other sources; a release has none', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'debrief-sources-'))
  t.teardown(() => rm(dir, { recursive: true, force: true }))
  const [workspace, file] = [pathToFileURL(`${dir}/`), join(dir, 'agent.cjs')]
  await writeFile(file, '')
  t.equal(await isBuilt(file, workspace), true, 'a release')
  const source = join(dir, 'agent/src/cli/main.ts')
  await mkdir(join(dir, 'agent/src/cli'), { recursive: true })
  await writeFile(source, 'new')
  t.equal(await isBuilt(file, workspace), false, 'nobody knows of what it was made')
  await writeFile(`${file}.sources`, String(await sourcesDigest(workspace)))
  t.equal(await isBuilt(file, workspace), true)
  await writeFile(source, 'old')
  await utimes(source, 1, 1)
  t.equal(await isBuilt(file, workspace), false)
})

t.test('a failed build is said, and tried again by the next who asks', async t => {
  const lines: string[] = []
  const log = pino({ level: 'error' }, { write: line => void lines.push(line) })
  const answers = [() => Promise.reject(new Error('disk full')), agentProgram]
  const program = keepAgentProgram({ log, load: () => (answers.shift() ?? agentProgram)() })
  await t.rejects(program(), { message: 'disk full' })
  t.match(lines.join(), /building it failed/)
  t.match(await program(), { sha256: /^[0-9a-f]{64}$/ })
  const told = await agentLines({ publicUrl: 'https://s.example', tls: null, host: '::', port: 80 }, () =>
    Promise.reject(new Error('disk full')),
  )
  t.match(told, 'building it failed: disk full')
})

t.test('the lines for the game server have the public address, or say that it is not known', async t => {
  const { sha256 } = await agentProgram()
  const known = await agentLines({ publicUrl: 'https://s.example', tls: null, host: '127.0.0.1', port: 8080 })
  t.match(known, `  ${agentDownloadLine('https://s.example', sha256)}\n`)
  t.match(known, `  ${agentInstallLine('https://s.example')}\n`)
  t.notMatch(known, 'PUBLIC_URL')
  const own = await agentLines({ publicUrl: null, tls: null, host: '0.0.0.0', port: 8081 })
  t.match(own, 'http://localhost:8081/agent/debrief-agent.cjs')
  t.match(own, 'PUBLIC_URL is not set')
  t.equal(
    agentInstallLine("https://s.example/a'b/"),
    `sudo node debrief-agent.cjs install --server 'https://s.example/a'\\''b'`,
  )
})

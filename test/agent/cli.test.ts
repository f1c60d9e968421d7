import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { appendFile, mkdir, readFile, rm, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_MAX_FILE_BYTES } from '@debrief/shared'
import t from 'tap'
import { buildAgent } from '../../agent/build/build-agent.ts'
import { readStatus, type SourceStatus } from '../../agent/src/report/status-file.ts'
import { testCertificate } from '../server/http/test-certificate.ts'
import { agentConfig, roundName, runTestAgent, testFolder, writeRound } from '../support/agent-run.ts'
import { type FakeIngest, startFakeIngest } from '../support/fake-ingest.ts'
import { until } from '../support/until.ts'

t.jobs = 3

const root = mkdtempSync(join(tmpdir(), 'debrief-agent-'))
process.once('exit', () => rmSync(root, { recursive: true, force: true }))
const program = join(root, 'debrief-agent.cjs')
await buildAgent(program)

/** Why a test cannot run here; false if it can. In CI everything must be there. */
async function missing(program: string, ...args: string[]): Promise<string | false> {
  if ((await execute(program, args)).code === 0) return false
  if (process.env.CI === 'true') throw new Error(`There is no ${program} here, and in CI there must be one.`)
  return `There is no ${program} on this host.`
}

interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** The one file, on Node alone, with these settings and no others. */
function agent(env: Record<string, string>, ...args: string[]): Promise<Ended> {
  return execute(process.execPath, [program, ...args], { HOME: root, PATH: process.env.PATH ?? '', ...env })
}

function execute(file: string, args: string[], env?: Record<string, string>): Promise<Ended> {
  return new Promise(resolve => {
    execFile(file, args, { ...(env ? { env } : {}) }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

async function setUp(t: { teardown(fn: () => unknown): unknown }) {
  const home = await testFolder(t)
  const dir = join(home, 'gamestats')
  await mkdir(dir)
  const ingest = await startFakeIngest()
  t.teardown(() => ingest.stop())
  const env = {
    INGEST_URL: ingest.url,
    INGEST_TOKEN: 'good-token',
    GAMESTATS_DIR: dir,
    STATE_DIR: join(home, 'state'),
  }
  return { home, dir, ingest, env }
}

t.test('the one file is reproducible, small, and carries its licences', async t => {
  const other = join(await testFolder(t), 'again.cjs')
  await execute(process.execPath, ['agent/build.mjs', other])
  const text = await readFile(program)
  t.ok(text.equals(await readFile(other)), 'two builds are equal, byte by byte')
  t.ok(text.length < 2_000_000, `${text.length} bytes`)
  // t.match would print all of it.
  for (const name of ['commander', 'pino', 'ssh2', 'zod']) {
    t.ok(new RegExp(`\n${name} [0-9.]+ \\(MIT\\)\n`).test(String(text)), name)
  }
  t.notOk(String(text).includes(process.cwd()), 'nothing of where it was built')
  const { version } = JSON.parse(await readFile('agent/package.json', 'utf8'))
  t.equal((await agent({}, '--version')).stdout, `${version}\n`)
})

t.test('every command has help; wrong settings end with 2 and name every one', async t => {
  for (const command of ['run', 'push', 'status', 'explain', 'doctor', 'install', 'uninstall']) {
    const { code, stdout } = await agent({}, command, '--help')
    t.equal(code, 0)
    t.match(stdout, new RegExp(`Usage: debrief-agent ${command}`))
  }
  t.equal((await agent({}, 'dance')).code, 2)
  const { code, stdout, stderr } = await agent({ INGEST_URL: 'http://example.org' }, 'run')
  t.equal(code, 2)
  t.equal(stdout, '')
  t.match(stderr, /INGEST_URL: [\s\S]+INGEST_TOKEN: [\s\S]+GAMESTATS_DIR: /)
})

t.test(
  'push sends files and folders once, says what became of each, and fails if one was not taken',
  async t => {
    const { home, dir, ingest, env } = await setUp(t)
    for (let i = 0; i < 7; i++) await writeRound(dir)
    await writeFile(join(dir, 'readme.txt'), 'not ours')
    t.match(await agent(env, 'push', dir), {
      code: 0,
      stdout: /^7 files: 7 imported, 0 already there.*1 other files left out\.\n$/,
    })
    t.equal(ingest.uploads[0]?.source, 'manual')
    t.match(await agent(env, 'push', dir), { code: 0, stdout: /7 files: 0 imported, 7 already there/ })
    t.equal(ingest.uploads.length, 7, 'what is there is not sent')

    const cut = join(home, roundName('cut'))
    await writeFile(cut, 'no end')
    const { code, stdout } = await agent(env, 'push', cut, join(home, 'absent.txt'))
    t.equal(code, 1)
    t.match(stdout, /rejected {2}.*cut.*: no_final_newline: .*\(line 1\)/)
    t.match(stdout, /failed .*absent\.txt/)
    t.match(await agent({ ...env, INGEST_TOKEN: 'bad-token' }, 'push', dir), { code: 1, stdout: /7 failed/ })
  },
)

const STEERING = ['\u001b', '\u0007', '\u009b', '\u202e']

t.test('push follows no link to a file, and steers no terminal with what the server says', async t => {
  const { home, dir, ingest, env } = await setUp(t)
  await writeFile(join(home, 'secret'), 'root:secret\n')
  const link = roundName('link')
  await symlink(join(home, 'secret'), join(dir, link))
  t.match(await agent(env, 'push', dir), { code: 0, stdout: /^0 files: .* 1 other files left out\.\n$/ })
  t.equal(ingest.uploads.length, 0)
  // As root's shell names it where gamestats/* was written.
  const named = await agent(env, 'push', join(dir, link))
  t.match(named, { code: 1, stdout: /is a link, which is not followed\. Name the file that it leads to/ })
  t.equal(ingest.uploads.length, 0)
  await symlink(dir, join(home, 'folder'))
  await writeRound(dir)
  t.match(
    await agent(env, 'push', join(home, 'folder')),
    { code: 0, stdout: /1 imported/ },
    'a folder may be',
  )

  ingest.detail = '\u001b[2Jgone\u0007\u009b2J\u202e'
  const cut = join(dir, roundName('cut'))
  await writeFile(cut, 'no end')
  // No longer young: half a line may be the game's that is still writing.
  await utimes(cut, 1_700_000_000, 1_700_000_000)
  const said = [await agent(env, 'push', cut), await agent(env, 'explain', cut)]
  for (const { stdout, stderr } of said) {
    t.match(stdout, /·\[2Jgone·/)
    for (const sign of STEERING) t.notOk((stdout + stderr).includes(sign))
  }
  const json = await agent(env, 'explain', cut, '--json')
  t.match(JSON.parse(json.stdout).lines.join(''), ingest.detail.slice(0, 3), 'programs read what was said')
  for (const sign of STEERING) t.notOk(json.stdout.includes(sign))
})

t.test('push waits for a server that comes back, and gives up on one that does not', async t => {
  const { dir, ingest, env } = await setUp(t)
  await writeRound(dir)
  await ingest.stop()
  t.match(await agent(env, 'push', dir, '--give-up-after', '1'), {
    code: 1,
    stdout: /could not be reached[\s\S]+1 failed/,
  })
  const patient = agent(env, 'push', dir)
  await new Promise(resolve => setTimeout(resolve, 1_000))
  await ingest.start()
  t.match(await patient, { code: 0, stdout: /1 imported/ })
})

t.test('doctor sees that the agent looks at another folder than the path leads to now', async t => {
  const { home, dir, ingest, env } = await setUp(t)
  await writeRound(dir)
  const link = join(home, 'link')
  await symlink(dir, link)
  const running = runTestAgent(t, { ...agentConfig(ingest.url, dir), stateDir: env.STATE_DIR })
  await until('it is delivered', () => ingest.files().size === 1)
  await noted('that is', env, ({ delivered }) => delivered === 1)
  // As a service sees it: through a view that was made when the link led there.
  const path = join(env.STATE_DIR, 'status.json')
  await running.stop()
  const status = JSON.parse(await readFile(path, 'utf8'))
  const linked = { ...status, pid: process.pid, sources: [{ ...status.sources[0], place: link }] }
  await writeFile(path, JSON.stringify(linked))
  const linkedEnv = { ...env, GAMESTATS_DIR: link }
  t.match((await agent(linkedEnv, 'doctor')).stdout, /ok +service: It runs/)
  await mkdir(join(home, 'other'))
  await rm(link)
  await symlink(join(home, 'other'), link)
  t.match(await agent(linkedEnv, 'doctor'), {
    code: 1,
    stdout: /FAILED {2}service: .*looks at another folder[\s\S]*systemctl restart/,
  })
})

t.test('status tells what runs, what waits and why', async t => {
  const { dir, ingest, env } = await setUp(t)
  t.match(await agent(env, 'status'), { code: 1, stdout: /No agent has run/ })
  const name = await writeRound(dir)
  const running = runTestAgent(t, { ...agentConfig(ingest.url, dir), stateDir: env.STATE_DIR })
  await noted('it is delivered', env, ({ delivered }) => delivered === 1)
  t.match(await agent(env, 'status'), {
    code: 0,
    stdout: new RegExp(`server .*: connected[\\s\\S]+${name}[\\s\\S]+waiting   0`),
  })
  await ingest.stop()
  const waiting = await writeRound(dir)
  await noted('it waits', env, ({ waiting: files }) =>
    files.some(({ name, phase }) => name === waiting && phase === 'waiting'),
  )
  const { code, stdout } = await agent(env, 'status', '--json')
  t.equal(code, 1)
  t.match(JSON.parse(stdout), {
    running: true,
    serverProblem: /could not be reached/,
    sources: [{ waitingCount: 1 }],
  })
  await running.stop()
  const gone = await agent(env, 'status')
  t.match(gone, { code: 1, stdout: /DOES NOT RUN[\s\S]+nobody is speaking to it/ })
  t.notMatch(gone.stdout, /connected/)
  await writeFile(join(env.STATE_DIR, 'status.json'), '{"damaged')
  t.match(await agent(env, 'status'), { code: 1, stdout: /No agent has run/ })
})

t.test('explain tells the truth', async t => {
  const { home, dir, ingest, env } = await setUp(t)
  const verdictOf = async (name: string) => {
    const { stdout, stderr } = await agent(env, 'explain', name, '--json')
    return stdout ? JSON.parse(stdout) : { stderr }
  }
  const delivered = await writeRound(dir)
  const duplicate = await writeRound(dir)
  const rejected = await writeRound(dir, roundName('cut'), 'no end')
  await sendByHand(ingest, duplicate, await readFile(join(dir, duplicate)))
  const running = runTestAgent(t, { ...agentConfig(ingest.url, dir), stateDir: env.STATE_DIR })
  await until('all three are answered', () => ingest.files().size === 3)
  await noted('the running agent is done', env, ({ waitingCount }) => waitingCount === 0)

  t.match(await verdictOf(delivered), {
    verdict: 'delivered',
    lines: [/It lies in/, /note/, /sha256/, /confirms/, /It is round \d/],
  })
  t.match(await verdictOf(join('/anywhere', delivered)), { verdict: 'delivered' })
  t.match(await verdictOf(duplicate), { verdict: 'delivered' }, 'by hand, before the agent ran')
  t.match(await verdictOf(rejected), {
    verdict: 'rejected',
    lines: [/./, /./, /./, /confirms/, /no_final_newline.*line 1/],
  })
  t.match(await verdictOf('server.log'), { verdict: 'not_a_stats_file' })
  t.match(await verdictOf('2026-13-45-999999-supply-round-1.txt'), {
    verdict: 'not_a_stats_file',
    lines: [/does not exist/],
  })
  t.match(await verdictOf(roundName('never')), { verdict: 'unknown' })
  const large = roundName('large')
  await writeFile(join(dir, large), Buffer.alloc(DEFAULT_MAX_FILE_BYTES + 1, 10))
  t.match(await verdictOf(large), { verdict: 'too_large' })
  const link = roundName('link')
  await symlink(join(home, 'secret'), join(dir, link))
  t.match(await verdictOf(link), { verdict: 'unknown' })

  const growing = roundName('growing')
  const grower = setInterval(() => void appendFile(join(dir, growing), 'half a line '), 40)
  t.match(await verdictOf(growing), { verdict: 'growing' })
  clearInterval(grower)

  await unlink(join(dir, delivered))
  t.match(
    await verdictOf(delivered),
    { verdict: 'delivered', lines: [/does not lie/, /note/, /confirms/] },
    'gone from the folder',
  )
  ingest.forgetAll()
  t.match(await verdictOf(delivered), { verdict: 'unknown', advice: /push/ }, 'gone from the server, too')

  await ingest.stop()
  const waiting = await writeRound(dir)
  await noted('the agent has noticed', env, ({ waiting: files }) =>
    files.some(({ name }) => name === waiting),
  )
  t.match(await verdictOf(waiting), {
    verdict: 'waiting',
    lines: [/./, /./, /cannot be reached/, /on its list/],
    advice: /Nothing is lost/,
  })
  await running.stop()
  t.match(await verdictOf(waiting), {
    verdict: 'waiting',
    lines: [/./, /./, /./, /No agent is running/],
    advice: /Start it/,
  })
})

t.test('what another way delivered first is called a duplicate', async t => {
  const { dir, ingest, env } = await setUp(t)
  const running = runTestAgent(t, { ...agentConfig(ingest.url, dir), stateDir: env.STATE_DIR })
  await until('the first scan is over', () => ingest.heartbeats.length > 0)
  const name = roundName()
  await sendByHand(ingest, name, Buffer.from('header\nline\n'))
  await writeRound(dir, name, 'header\nline\n')
  const isDuplicate = () =>
    running.events.some(event => event.kind === 'delivered' && event.receipt.duplicate)
  // Hinted at, it is sent; found by a scan first, it is asked about, and not sent at all.
  await until('it is answered', () => isDuplicate() || running.events.some(({ kind }) => kind === 'known'))
  const { stdout } = await agent(env, 'explain', name)
  t.match(stdout, isDuplicate() ? /^delivered \(duplicate: the server had it already\)\n/ : /^delivered\b/)
})

t.test('doctor finds what is wrong, and gives advice', async t => {
  const { home, dir, ingest, env } = await setUp(t)
  await writeRound(dir)
  const well = await agent(env, 'doctor')
  t.match(well, {
    code: 0,
    stdout:
      /folder: .* 1 stats files[\s\S]+name: [\s\S]+server: It is ready[\s\S]+clock: It agrees[\s\S]+token: The server takes it/,
  })
  ingest.version = '99.1.0'
  const older = await agent(env, 'doctor')
  t.equal(older.code, 0)
  t.match(
    older.stdout,
    /WARNING versions: .* server 99\.1\.0\.\n.*curl .*\/agent\/debrief-agent\.cjs.* install\n/,
  )
  t.match(await agent({ ...env, INGEST_TOKEN: 'bad-token' }, 'doctor'), {
    code: 1,
    stdout: /FAILED {2}token: [\s\S]+token create/,
  })
  t.match(await agent({ ...env, INGEST_URL: 'https://no-such-host.invalid' }, 'doctor'), {
    code: 1,
    stdout: /FAILED {2}name: /,
  })
  t.match(await agent({ ...env, GAMESTATS_DIR: join(home, 'absent') }, 'doctor'), {
    code: 1,
    stdout: /FAILED {2}folder: .*does not exist/,
  })
  t.match(await agent({}, 'doctor'), { code: 1, stdout: /FAILED {2}settings: INGEST_URL/ })
  const stranger = createServer(await testCertificate()).listen(0, '127.0.0.1')
  t.teardown(() => stranger.close())
  await once(stranger, 'listening')
  const INGEST_URL = `https://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  t.match(await agent({ ...env, INGEST_URL, NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'doctor'), {
    code: 1,
    stdout: /FAILED {2}TLS: The certificate is not trusted/,
  })
  await mkdir(join(home, 'etmain/gamestats'), { recursive: true })
  await mkdir(join(home, 'legacy/gamestats'), { recursive: true })
  await writeRound(join(home, 'legacy/gamestats'))
  const lost = await agent({ ...env, GAMESTATS_DIR: join(home, 'etmain/gamestats') }, 'doctor')
  t.match(lost.stdout, /WARNING folder: [\s\S]+legacy\/gamestats: is it that one\?/)
  await ingest.stop()
  t.match(await agent(env, 'doctor'), { code: 1, stdout: /FAILED {2}server: No answer/ })
  for (const { stdout, stderr } of [well, lost]) t.notMatch(stdout + stderr, /good-token/)
})

t.test(
  'a server with a certificate of its own CA is trusted through CA_CERT, and not without',
  { skip: await missing('openssl', 'version') },
  async t => {
    const home = await testFolder(t)
    const [key, cert] = [join(home, 'key.pem'), join(home, 'cert.pem')]
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '90',
    ]
    const made = await execute('openssl', [
      ...request,
      '-subj',
      '/CN=own',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      key,
      '-out',
      cert,
    ])
    if (made.code !== 0) throw new Error(made.stderr)
    const ingest = await startFakeIngest({
      tls: { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') },
    })
    t.teardown(() => ingest.stop())
    const dir = join(home, 'gamestats')
    await mkdir(dir)
    await writeRound(dir)
    const env = {
      INGEST_URL: ingest.url,
      INGEST_TOKEN: 'good-token',
      GAMESTATS_DIR: dir,
      STATE_DIR: join(home, 'state'),
    }
    t.match(await agent(env, 'push', dir, '--give-up-after', '0'), { code: 1, stdout: /certificate/ })
    t.match(await agent(env, 'doctor'), { code: 1, stdout: /FAILED {2}TLS: [\s\S]+CA_CERT/ })
    t.equal(ingest.requests.length, 0, 'no token went to a stranger')
    const trusting = { ...env, CA_CERT: cert }
    t.match(await agent(trusting, 'push', dir), { code: 0, stdout: /1 imported/ })
    t.match(await agent(trusting, 'doctor'), { code: 0, stdout: /TLS: TLSv1.*8\d more days/ })
  },
)

t.test('install shows the unit first, writes three files, and uninstall removes them', async t => {
  const { home, env } = await setUp(t)
  const dry = await agent(env, 'install', '--dry-run')
  t.equal(dry.code, 0)
  t.match(dry.stdout, /^\[Unit\]\n[\s\S]+\n\[Service\]\n[\s\S]+\n\[Install\]\n/)
  t.notMatch(dry.stdout + dry.stderr, /good-token/)
  t.match(await agent({}, 'install', '--dry-run'), {
    code: 0,
    stdout: /^\[Unit\]/,
    stderr: /examples in their place/,
  })

  const image = join(home, 'image')
  t.match(await agent(env, 'install', '--root', image), { code: 0, stdout: '' })
  const envFile = join(image, 'etc/debrief-agent/agent.env')
  t.equal((await stat(envFile)).mode & 0o777, 0o600)
  t.match(
    await readFile(envFile, 'utf8'),
    /INGEST_TOKEN=good-token\n[\s\S]*STATE_DIR=\/var\/lib\/debrief-agent\n/,
  )
  t.equal(await readFile(join(image, 'etc/systemd/system/debrief-agent.service'), 'utf8'), dry.stdout)
  const copy = await readFile(join(image, 'usr/local/lib/debrief-agent/debrief-agent.cjs'))
  t.equal(digest(copy), digest(await readFile(program)))
  t.match(await agent({ INGEST_URL: env.INGEST_URL }, 'install', '--root', join(home, 'other')), { code: 2 })
  await t.rejects(stat(join(home, 'other')), 'wrong settings touch nothing')

  t.equal((await agent({}, 'uninstall', '--root', image)).code, 0)
  await t.rejects(stat(join(image, 'etc/systemd/system/debrief-agent.service')))
  t.ok(await stat(envFile), 'the settings stay')
  t.equal((await agent({}, 'uninstall', '--purge', '--root', image)).code, 0)
  await t.rejects(stat(envFile))
})

t.test(
  'systemd finds no fault with the unit, and little exposure',
  { skip: await missing('systemd-analyze', '--version') },
  async t => {
    const { home, dir, env } = await setUp(t)
    const odd = join(home, 'with blank: and 100% of $it')
    await mkdir(odd)
    for (const folder of [dir, odd]) {
      const unit = join(home, 'debrief-agent.service')
      await writeFile(unit, (await agent({ ...env, GAMESTATS_DIR: folder }, 'install', '--dry-run')).stdout)
      t.match(await execute('systemd-analyze', ['verify', unit]), { code: 0, stdout: '', stderr: '' })
      const { stdout } = await execute('systemd-analyze', ['security', '--offline=true', '--no-pager', unit])
      const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])
      t.ok(exposure <= 2, `exposure ${exposure}`)
    }
  },
)

/** Waits for what the agent notes of its one source; a process for each look would take longer than all the rest. */
function noted(what: string, env: { STATE_DIR: string }, isSo: (source: SourceStatus) => boolean) {
  return until(`it is noted: ${what}`, async () =>
    ((await readStatus(env.STATE_DIR))?.sources ?? []).some(source => isSo(source)),
  )
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

async function sendByHand(ingest: FakeIngest, name: string, content: Buffer): Promise<void> {
  const form = new FormData()
  form.append('source', 'manual')
  form.append('file', new Blob([new Uint8Array(content)]), name)
  const headers = { authorization: 'Bearer good-token' }
  const answer = await fetch(`${ingest.url}/api/v1/files`, { method: 'POST', body: form, headers })
  if (!answer.ok) throw new Error(`The fake server answered ${answer.status}.`)
}

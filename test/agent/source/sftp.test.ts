import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../../agent/src/config.ts'
import { sftpSource } from '../../../agent/src/source/sftp.ts'
import { agentConfig, roundName, runTestAgent, testFolder, writeRound } from '../../support/agent-run.ts'
import { startFakeIngest } from '../../support/fake-ingest.ts'
import { findSshd, type Sshd, startSshd } from '../../support/sshd.ts'
import { until } from '../../support/until.ts'

const QUICK_SSH = { connectMs: 1_000, loginMs: 1_500, stepMs: 1_500 }
const sshd = findSshd()
const skip = sshd ? false : 'There is no OpenSSH server on this host (apt-get install openssh-server).'
type Test = { teardown(fn: () => unknown): unknown }

async function setUp(t: Test) {
  const root = await testFolder(t)
  const dir = join(root, 'gamestats')
  await mkdir(dir)
  const server = await startSshd(root)
  t.teardown(() => server.stop())
  const ingest = await startFakeIngest()
  t.teardown(() => ingest.stop())
  return { root, dir, server, ingest }
}

function sshSettings(server: Sshd, dir: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    ...{
      GAMESTATS_DIR: '',
      SSH_HOST: '127.0.0.1',
      SSH_PORT: String(server.port),
      SSH_USER: server.user,
      SSH_KEY: server.keyFile,
    },
    ...{ SSH_HOST_KEY_SHA256: server.fingerprint, SSH_GAMESTATS_DIR: dir, SSH_POLL_SECONDS: '1', ...more },
  }
}

t.jobs = 3

t.test('files come over SFTP, new ones and growing ones, without a watch', { skip }, async t => {
  const { root, dir, server, ingest } = await setUp(t)
  const old = await writeRound(dir)
  const config = { ...agentConfig(ingest.url, '', sshSettings(server, dir)), stateDir: join(root, 'state') }
  const agent = runTestAgent(t, config, { sshTimeouts: QUICK_SSH })
  await until('the old one is there', () => ingest.files().has(old))
  t.equal(ingest.uploads[0]?.source, 'ssh')
  const grown = await writeRound(dir, roundName(), 'header\nhalf a li')
  await until('the cut one was seen', () => agent.events.some(event => event.name === grown))
  await appendFile(join(dir, grown), 'ne\n')
  await until('the whole one is there', () => String(ingest.files().get(grown)) === 'header\nhalf a line\n')
  t.notMatch(
    server.log(),
    /Starting session: (shell|command|forced)/,
    'nothing but the SFTP subsystem was asked for',
  )
  t.match(server.log(), /Starting session: subsystem 'sftp'/)
})

t.test('another host key: no login, both fingerprints named, tried again', { skip }, async t => {
  const { root, dir, server, ingest } = await setUp(t)
  await writeRound(dir)
  const wrong = `SHA256:${'A'.repeat(43)}`
  const config = {
    ...agentConfig(ingest.url, '', sshSettings(server, dir, { SSH_HOST_KEY_SHA256: wrong })),
    stateDir: join(root, 'state'),
  }
  const agent = runTestAgent(t, config, { sshTimeouts: QUICK_SSH })
  const complaint = () => agent.log.find(line => line.msg === 'the folder cannot be read')
  await until('it complains', () => complaint() !== undefined)
  t.ok(String(complaint()?.problem).includes(wrong))
  t.ok(String(complaint()?.problem).includes(server.fingerprint))
  await until('it has tried again', () => (server.log().match(/Connection from/g) ?? []).length >= 2)
  t.notMatch(server.log(), /Accepted publickey|Postponed publickey/, 'the key was never offered')
  t.equal(ingest.files().size, 0)
})

t.test(
  'after a restart of sshd, and after a host that accepts and says nothing, it goes on by itself',
  { skip },
  async t => {
    const { root, dir, server, ingest } = await setUp(t)
    const config = { ...agentConfig(ingest.url, '', sshSettings(server, dir)), stateDir: join(root, 'state') }
    const agent = runTestAgent(t, config, { sshTimeouts: QUICK_SSH })
    await writeRound(dir)
    await until('the first is there', () => ingest.files().size === 1)
    await server.stop()
    await writeRound(dir)
    await until('the break is noticed', () =>
      agent.log.some(line => line.msg === 'the folder cannot be read'),
    )
    await server.start()
    await until('the second is there', () => ingest.files().size === 2)

    await server.stop()
    const silent = createServer(socket => socket.on('error', () => {}))
    await new Promise<void>(resolve => silent.listen(server.port, '127.0.0.1', resolve))
    t.equal((silent.address() as AddressInfo).port, server.port)
    await writeRound(dir)
    await until('the silence is noticed', () =>
      agent.log.some(line => /no SSH login within/.test(String(line.problem))),
    )
    silent.close()
    await until('the port is free', () =>
      server.start().then(
        () => true,
        () => false,
      ),
    )
    await until('the third is there', () => ingest.files().size === 3)
  },
)

t.test(
  'a history that the server has is neither read nor sent: one list, one question',
  { skip },
  async t => {
    const { root, dir, server, ingest } = await setUp(t)
    for (let i = 0; i < 300; i++) await writeRound(dir)
    const byFolder = runTestAgent(t, {
      ...agentConfig(ingest.url, dir),
      stateDir: join(root, 'folder-state'),
    })
    await until('all are there', () => ingest.files().size === 300)
    await byFolder.stop()
    const questions = ingest.questions.length

    const config = { ...agentConfig(ingest.url, '', sshSettings(server, dir)), stateDir: join(root, 'state') }
    const bySsh = runTestAgent(t, config, { sshTimeouts: QUICK_SSH })
    await until('all are known', () => bySsh.events.filter(({ kind }) => kind === 'known').length === 300)
    t.equal(ingest.uploads.length, 300)
    t.equal(ingest.questions.length, questions + 1)
  },
)

t.test('a file that folder and SFTP both see is one file', { skip }, async t => {
  const { root, dir, server, ingest } = await setUp(t)
  const settings = sshSettings(server, dir, { GAMESTATS_DIR: dir })
  const agent = runTestAgent(
    t,
    { ...agentConfig(ingest.url, dir, settings), stateDir: join(root, 'state') },
    { sshTimeouts: QUICK_SSH },
  )
  const name = await writeRound(dir)
  await until(
    'both have seen it',
    () => agent.events.filter(event => event.kind === 'known' || event.kind === 'delivered').length === 2,
  )
  t.equal(ingest.uploads.filter(upload => upload.name === name).length, 1)
})

t.test('the source reads what stands still, and says so when it does not', { skip }, async t => {
  const { dir, server } = await setUp(t)
  const { ssh } = loadConfig({ INGEST_URL: 'https://x.org', INGEST_TOKEN: 'x', ...sshSettings(server, dir) })
  if (!ssh) throw new Error('There are no SSH settings.')
  const source = sftpSource(ssh, QUICK_SSH)
  t.teardown(() => source.close())
  const { signal } = new AbortController()
  const content = Buffer.alloc(300_000, 'line\n')
  const name = roundName('large')
  await writeFile(join(dir, name), content)
  await writeFile(join(dir, 'notes.txt'), 'x')
  const { entries, skipped } = await source.list(signal)
  t.match(entries, [{ name, bytes: 300_000 }])
  t.equal(skipped, 1)
  const [entry] = entries
  if (!entry) throw new Error('There is no entry.')
  const read = await source.read(entry, signal)
  t.ok(read.kind === 'content' && read.content.equals(await readFile(join(dir, name))))
  await appendFile(join(dir, name), 'more\n')
  t.match(await source.read(entry, signal), { kind: 'changed', entry: { bytes: 300_005 } })
  t.same(await source.read({ ...entry, name: roundName('absent') }, signal), { kind: 'gone' })
  t.equal(await source.look(roundName('absent'), signal), null)
})

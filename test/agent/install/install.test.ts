import { lstat, mkdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { agentUpdateLine } from '@debrief/shared'
import t from 'tap'
import { ConfigError, loadConfig } from '../../../agent/src/config.ts'
import { credentialsOf, withAbsolutePaths, withCredentials } from '../../../agent/src/install/credentials.ts'
import { findGamestats } from '../../../agent/src/install/find-gamestats.ts'
import { type GatherContext, gatherSettings } from '../../../agent/src/install/gather-settings.ts'
import { linkCommand, unlinkCommand } from '../../../agent/src/install/link-command.ts'
import { systemdUnit } from '../../../agent/src/install/unit/systemd-unit.ts'
import { trialUnit } from '../../../agent/src/install/unit/trial-unit.ts'
import { toJournal } from '../../../agent/src/logger.ts'
import { fetchHostKey } from '../../../agent/src/source/fetch-host-key.ts'
import { isOlder } from '../../../agent/src/version.ts'
import { findSshd, startSshd } from '../../support/sshd.ts'

const GIVEN = { INGEST_URL: 'https://stats.example.org', GAMESTATS_DIR: '/srv/et/gamestats' }
const SSH = { SSH_HOST: 'game.example.org', SSH_USER: 'et', SSH_GAMESTATS_DIR: '/home/et/gamestats' }
const FINGERPRINT = `SHA256:${'a'.repeat(43)}`

/** What was asked, and what was said; each question is answered from the list. */
function context(more: Partial<GatherContext> & { answers?: string[] } = {}) {
  const asked: string[] = []
  const said: string[] = []
  const { answers, ...others } = more
  const answer = (question: string) => {
    asked.push(question)
    return Promise.resolve(answers?.shift() ?? '')
  }
  const all: GatherContext = {
    prompt: answers ? { ask: answer, askHidden: answer } : null,
    readToken: () => Promise.resolve('piped'),
    fetchHostKey: () => Promise.resolve(FINGERPRINT),
    findFolders: () => Promise.resolve([]),
    say: line => void said.push(line),
    ...others,
  }
  return { all, asked, said }
}

async function problemsOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    error => error,
  )
  return error instanceof ConfigError ? error.problems.join('\n') : `no ConfigError: ${error}`
}

t.test('what is missing is asked for, and nothing else', async t => {
  const guess = ['/home/et/.etlegacy/legacy/gamestats', '/opt/et/legacy/gamestats']
  const all = context({ answers: ['https://s.example', '', 'typed'], findFolders: async () => guess })
  t.match(await gatherSettings({}, all.all), {
    INGEST_URL: 'https://s.example',
    GAMESTATS_DIR: guess[0],
    INGEST_TOKEN: 'typed',
  })
  t.match(all.asked, [/Address/, /\[\/home\/et\/.*\]/, /Token/])
  t.match(all.said.join(), guess[1], 'the others are named')

  const none = context({ answers: [] })
  await gatherSettings({ ...GIVEN, INGEST_TOKEN: 'given' }, none.all)
  t.same(none.asked, [])
})

t.test('where nobody can be asked, the token is piped, and only one folder is no guess', async t => {
  t.match(await gatherSettings(GIVEN, context().all), { INGEST_TOKEN: 'piped' })
  const one = context({ findFolders: async () => ['/srv/et/gamestats'] })
  t.match(await gatherSettings({ INGEST_URL: GIVEN.INGEST_URL }, one.all), {
    GAMESTATS_DIR: '/srv/et/gamestats',
  })
  t.match(one.said.join(), /the one folder/)
  const two = context({
    findFolders: async () => ['/a', '/b'],
    readToken: () => Promise.reject(new Error('read')),
  })
  t.match(
    await problemsOf(gatherSettings({ INGEST_URL: GIVEN.INGEST_URL }, two.all)),
    /^GAMESTATS_DIR: missing/,
  )
  t.match(
    await problemsOf(gatherSettings(GIVEN, context({ readToken: async () => '' }).all)),
    /^INGEST_TOKEN: missing/,
    'an empty pipe',
  )
})

t.test('the fingerprint of an SSH host is never taken unseen', async t => {
  const dir = t.testdir({ key: 'a key' })
  const given = { INGEST_URL: GIVEN.INGEST_URL, INGEST_TOKEN: 'x', ...SSH, SSH_KEY: join(dir, 'key') }
  t.match(await problemsOf(gatherSettings(given, context().all)), `shows ${FINGERPRINT}`)
  const away = context({ fetchHostKey: () => Promise.reject(new Error('no answer')) })
  t.match(await problemsOf(gatherSettings(given, away.all)), /SSH_HOST_KEY_SHA256: missing.*no answer/)
  const yes = context({ answers: ['yes'] })
  t.match(await gatherSettings(given, yes.all), { SSH_HOST_KEY_SHA256: FINGERPRINT })
  t.match(yes.said.join(), FINGERPRINT, 'shown before it is asked')
  for (const answer of ['', 'no', 'y']) {
    await t.rejects(gatherSettings(given, context({ answers: [answer] }).all), { message: /not confirmed/ })
  }
})

t.test('the fetched fingerprint is the one that the host itself prints', { skip: !findSshd() }, async t => {
  const sshd = await startSshd(t.testdir({}))
  t.teardown(() => sshd.stop())
  t.equal(await fetchHostKey('127.0.0.1', sshd.port), sshd.fingerprint)
  t.notMatch(sshd.log(), /Accepted/, 'without a login')
  await sshd.stop()
  await t.rejects(fetchHostKey('127.0.0.1', sshd.port), { message: /shows no host key/ })
})

t.test('files of the settings are handed over by systemd, each for its own path', async t => {
  const dir = t.testdir({ 'ca.pem': 'pem', key: 'key' })
  const env = withAbsolutePaths({ CA_CERT: 'ca.pem', SSH_KEY: join(dir, 'key'), LOG_LEVEL: 'info' })
  t.equal(env.CA_CERT, join(process.cwd(), 'ca.pem'), 'a service has no folder of its own to count from')
  const [key, ca] = credentialsOf(env)
  t.match([key?.path, ca?.path], [join(dir, 'key'), env.CA_CERT])
  const handed = t.testdir({ [key?.id ?? '']: 'the key' })
  const seen = withCredentials({ ...env, CREDENTIALS_DIRECTORY: handed })
  t.equal(seen.SSH_KEY, join(handed, key?.id ?? ''))
  t.equal(seen.CA_CERT, env.CA_CERT, 'what was not handed over is looked for where it is')
  const moved = withCredentials({ SSH_KEY: '/elsewhere/key', CREDENTIALS_DIRECTORY: handed })
  t.equal(moved.SSH_KEY, '/elsewhere/key', 'an old copy never stands for a new path')
  t.equal(withCredentials(env), env, 'outside of systemd nothing changes')
})

t.test('the trial has the view of the service, and neither its notes nor its restarts', async t => {
  const unit = systemdUnit({
    nodePath: '/usr/my node/bin',
    programPath: '/usr/local/lib/debrief-agent/debrief-agent.cjs',
    gamestatsDir: '/home/et/gamestats',
    isLinked: true,
    credentials: [{ id: 'SSH_KEY-1', path: '/root/key' }],
    envFile: '/etc/debrief-agent/agent.env',
    hiddenFolders: ['/srv'],
    access: { kind: 'user', user: 'et' },
  })
  const cat = `# /etc/systemd/system/debrief-agent.service\n${unit}\n# /etc/…/override.conf\n[Service]\nMemoryMax=1G\n`
  const lines = trialUnit(cat, {
    program: '/run/t/a.cjs',
    envFile: '/run/t/env',
    findings: '/run/t/f',
  }).split('\n')
  t.ok(lines.includes('ExecStart="/usr/my node/bin" /run/t/a.cjs look'))
  for (const kept of [
    'User=et',
    'BindReadOnlyPaths=-/home/et/gamestats',
    'LoadCredential=SSH_KEY-1:/root/key',
  ])
    t.ok(lines.includes(kept), kept)
  t.ok(lines.includes('MemoryMax=1G'), 'what an admin has changed counts, too')
  t.same(
    lines.filter(line =>
      /^(EnvironmentFile|Type|Restart.*|StateDirectory.*|WatchdogSec|WantedBy)=/.test(line),
    ),
    ['Type=oneshot', 'EnvironmentFile=/run/t/env'],
  )
})

t.test('the game’s folder is found, also before its first round', async t => {
  const home = t.testdir({
    et: { '.etlegacy': { legacy: { gamestats: {} } } },
    fresh: { '.etlegacy': { legacy: {} } },
    other: { legacy: {}, games: { et: { legacy: {} } } },
  })
  const found = await findGamestats([{ root: home, depth: 2 }])
  t.same(
    new Set(found),
    new Set([join(home, 'et/.etlegacy/legacy/gamestats'), join(home, 'fresh/.etlegacy/legacy/gamestats')]),
  )
  t.equal(found[0], join(home, 'et/.etlegacy/legacy/gamestats'), 'one that is there goes first')
  t.same(await findGamestats([{ root: join(home, 'absent'), depth: 1 }]), [])
})

t.test(
  'the command is a link, or starts the node that sudo does not find; what is not ours stays',
  async t => {
    const root = t.testdir({})
    const file = join(root, 'usr/local/bin/debrief-agent')
    await linkCommand(root, '/usr/bin/node')
    t.equal(await readlink(file), '/usr/local/lib/debrief-agent/debrief-agent.cjs')
    await linkCommand(root, "/home/o'neil/.nvm/node")
    t.match(await readFile(file, 'utf8'), "exec '/home/o'\\''neil/.nvm/node' /usr/local/lib")
    t.equal((await stat(file)).mode & 0o777, 0o755)
    t.equal(await unlinkCommand(root), true)
    await t.rejects(lstat(file))
    t.equal(await unlinkCommand(root), false)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, 'of somebody else')
    t.match(await linkCommand(root, '/usr/bin/node'), /left .* alone/)
    t.equal(await unlinkCommand(root), false)
    t.equal(await readFile(file, 'utf8'), 'of somebody else')
  },
)

t.test('journald learns the level, and nothing that others say begins a line', async t => {
  const line = (level: number, more = {}) =>
    toJournal(JSON.stringify({ level, time: 1, msg: 'delivered', ...more }))
  t.equal(
    line(30, { name: 'a\n<0>b', sha256: 'f'.repeat(64) }),
    `<6>delivered name=a·<0>b sha256=${'f'.repeat(12)}\n`,
  )
  t.same(
    [20, 40, 50, 60].map(level => line(level).slice(0, 3)),
    ['<7>', '<4>', '<3>', '<2>'],
  )
})

t.test('versions are compared by their numbers', async t => {
  for (const [a, b] of [
    ['0.1.0', '0.2.0'],
    ['0.9.0', '0.10.0'],
    ['1.0', '1.0.1'],
    ['1.2.3-rc.1', '1.3.0'],
  ] as const) {
    t.ok(isOlder(a, b), `${a} < ${b}`)
    t.notOk(isOlder(b, a))
  }
  t.notOk(isOlder('1.0.0', '1.0.0'))
  t.match(agentUpdateLine('https://s.example/debrief/'), 'https://s.example/debrief/agent/sha256')
  t.ok(loadConfig({ ...GIVEN, INGEST_TOKEN: 'x' }))
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ConfigError, loadConfig } from '../../agent/src/config.ts'
import { formatEnvValue, parseEnvFile } from '../../agent/src/env-file.ts'
import { holdToken } from '../../agent/src/token.ts'

const GOOD = {
  INGEST_URL: 'https://stats.example.org',
  INGEST_TOKEN: 'secret',
  GAMESTATS_DIR: '/srv/et/gamestats',
}
const SSH = {
  SSH_HOST: 'game.example.org',
  SSH_USER: 'et',
  SSH_HOST_KEY_SHA256: `SHA256:${'a'.repeat(43)}`,
  SSH_GAMESTATS_DIR: '/home/et/gamestats',
}

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

t.test('a line feed would become a line of the unit: no setting may hold one', async t => {
  t.same(problemsOf({ ...GOOD, GAMESTATS_DIR: '/srv/et\nExecStartPre=/bin/evil' }), [
    'GAMESTATS_DIR: holds a line feed or another control character.',
  ])
  for (const name of ['INGEST_URL', 'CA_CERT', 'STATE_DIR', 'LOG_LEVEL', 'SSH_HOST', 'INGEST_TOKEN_FILE'])
    t.match(problemsOf({ ...GOOD, [name]: 'a\u0007b' }).join(), `${name}: holds a line feed`)
  t.same(problemsOf({ ...GOOD, INGEST_TOKEN: 'secret\n', OTHER: 'a\nb' }), [])
})

t.test('three settings are enough', async t => {
  const config = loadConfig(GOOD)
  t.match(config, {
    token: 'secret',
    scanSeconds: 60,
    folder: { dir: '/srv/et/gamestats' },
    ssh: null,
    caCert: null,
  })
  t.equal(config.ingestUrl.origin, 'https://stats.example.org')
})

t.test('every wrong variable is named, in one message', async t => {
  const problems = problemsOf({
    INGEST_URL: 'stats',
    SCAN_SECONDS: 'often',
    CA_CERT: '/not/there.pem',
    LOG_LEVEL: 'loud',
  })
  for (const name of [
    'INGEST_URL',
    'INGEST_TOKEN',
    'SCAN_SECONDS',
    'CA_CERT',
    'LOG_LEVEL',
    'GAMESTATS_DIR',
  ]) {
    t.equal(problems.filter(problem => problem.startsWith(`${name}: `)).length, 1, `${name} once`)
  }
  t.equal(problems.length, 6)
  t.match(String(new ConfigError(problems)), /INGEST_URL[\s\S]*GAMESTATS_DIR/)
})

t.test('an empty value is a missing one', async t => {
  t.match(problemsOf({ ...GOOD, INGEST_TOKEN: ' ' }), [/^INGEST_TOKEN: missing/])
})

t.test('the token travels encrypted, or does not leave the machine', async t => {
  for (const url of [
    'http://127.0.0.1:8080',
    'http://localhost:8080',
    'http://[::1]:8080',
    'https://10.0.0.1',
  ]) {
    t.same(problemsOf({ ...GOOD, INGEST_URL: url }), [], url)
  }
  for (const url of [
    'http://stats.example.org',
    'http://10.0.0.1',
    'http://127.0.0.1.example.org',
    'ftp://127.0.0.1',
    'https://a:b@c.de',
  ]) {
    t.match(problemsOf({ ...GOOD, INGEST_URL: url }), [/^INGEST_URL: /], url)
  }
})

t.test('SSH mode needs the fingerprint of the host, and its own key', async t => {
  const key = join(t.testdir({ key: 'x' }), 'key')
  const { GAMESTATS_DIR: _, ...noFolder } = GOOD
  t.match(loadConfig({ ...noFolder, ...SSH, SSH_KEY: key }), {
    folder: null,
    ssh: { host: 'game.example.org', port: 22, user: 'et', pollSeconds: 60, dir: '/home/et/gamestats' },
  })
  const { SSH_HOST_KEY_SHA256: __, ...noPrint } = SSH
  t.match(problemsOf({ ...noFolder, ...noPrint, SSH_KEY: key }), [
    /^SSH_HOST_KEY_SHA256: missing.*ssh-keygen/,
  ])
  t.match(problemsOf({ ...noFolder, ...SSH, SSH_KEY: key, SSH_HOST_KEY_SHA256: 'MD5:00:11' }), [
    /^SSH_HOST_KEY_SHA256: /,
  ])
  t.match(problemsOf({ ...noFolder, SSH_HOST: 'x', SSH_PORT: '99999' }).sort(), [
    /^SSH_GAMESTATS_DIR/,
    /^SSH_HOST_KEY_SHA256/,
    /^SSH_KEY/,
    /^SSH_PORT/,
    /^SSH_USER/,
  ])
  t.match(loadConfig({ ...GOOD, ...SSH, SSH_KEY: key }), { folder: {}, ssh: {} }, 'both at once')
})

t.test('a file of settings is read as systemd reads it, and written so that it is read back', async t => {
  const text =
    '# a comment\nINGEST_URL=https://x.org\nexport A="with blank \\" and \\$"\r\nB=\'single\'\n C = c \nnonsense\n'
  t.same(parseEnvFile(text), { INGEST_URL: 'https://x.org', A: 'with blank " and $', B: 'single', C: 'c' })
  for (const value of ['plain', 'with blank', 'quo"te', 'dol$lar', "apo'strophe", 'back\\slash', 'a#b']) {
    t.equal(parseEnvFile(`X=${formatEnvValue(value)}`).X, value, value)
  }
})

t.test('a new token is found in its file', async t => {
  const file = join(t.testdir({ token: 'one\n' }), 'token')
  const config = loadConfig({ ...GOOD, INGEST_TOKEN: '', INGEST_TOKEN_FILE: file })
  const token = holdToken(config.token, { tokenFile: file, envFile: null })
  t.equal(token.current(), 'one')
  t.equal(await token.refresh(), false)
  writeFileSync(file, 'two\n')
  t.equal(await token.refresh(), true)
  t.equal(token.current(), 'two')
  writeFileSync(file, '')
  t.equal(await token.refresh(), false, 'an empty file in mid-write is no token')
  t.match(problemsOf({ ...GOOD, INGEST_TOKEN_FILE: '/not/there' }), [/^INGEST_TOKEN_FILE: /])
})

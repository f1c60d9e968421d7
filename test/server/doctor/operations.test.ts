import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findingText } from '@debrief/shared'
import t from 'tap'
import { loadConfig, SETTING_NAMES } from '../../../server/src/config.ts'
import { examineServer } from '../../../server/src/doctor/examine-server.ts'
import { lookAtAnswer } from '../../../server/src/doctor/look-at-answer.ts'
import { lookAtCertificate } from '../../../server/src/doctor/look-at-certificate.ts'
import { lookAtDatabase } from '../../../server/src/doctor/look-at-database.ts'
import { ENV_FILE, installServer, UNIT_FILE } from '../../../server/src/install/install-server.ts'
import { serverUnit } from '../../../server/src/install/server-unit.ts'
import { createMetrics } from '../../../server/src/metrics.ts'
import { certificateEnd } from '../../../server/src/tls/read-certificate.ts'
import { testApp } from '../../support/test-app.ts'
import { testDatabase } from '../../support/test-database.ts'
import { testCertificate } from '../http/test-certificate.ts'

const OPS = join(import.meta.dirname, '../../../docs/ops')
const BIN = join(import.meta.dirname, '../../../server/bin/debrief.mjs')
const DAY_MS = 86_400_000

t.test('doctor', async t => {
  t.test('settings that are wrong are all it speaks of', async t => {
    t.match(await examineServer({ PORT: 'eighty', PRIVATE: 'perhaps' }), [
      { what: 'settings', state: 'failed', detail: /2 settings are wrong:[\s\S]*PORT[\s\S]*PRIVATE/ },
    ])
  })

  t.test('a host where all is well has no advice but how to start', async t => {
    const { db, url } = await testDatabase(t)
    await db.insertInto('game_servers').values({ name: 'alpha', timezone: 'UTC' }).execute()
    const folder = t.testdir()
    const findings = await examineServer({
      ...{ DATABASE_URL: url, DATA_DIR: folder, LOG_DIR: join(folder, 'logs'), PORT: '1' },
    })
    t.match(
      findings.filter(({ state }) => state !== 'ok').map(({ what }) => what),
      ['agents', 'server'],
    )
    t.match(
      findings.map(findingText).join(''),
      /^ok {6}database: PostgreSQL 1\d.*tables are of this version/m,
    )
  })

  t.test('a database that is away, or has other tables, is said with what to do', async t => {
    const away = loadConfig({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' })
    t.match(await lookAtDatabase(away), [{ what: 'database', state: 'failed', advice: /DATABASE_URL/ }])
    const none = { ...loadConfig({}), dataDir: t.testdir() }
    t.match(await lookAtDatabase(none), [{ state: 'warning', detail: /none yet/ }])
    t.same(await readdir(none.dataDir), [], 'and none was made')
    const { pool, url } = await testDatabase(t)
    await pool.query(`delete from migrations where name like '0003%'`)
    t.match(await lookAtDatabase(loadConfig({ DATABASE_URL: url })), [
      { state: 'warning', detail: /0003-discord\.sql missing/, advice: /debrief migrate/ },
    ])
  })

  t.test('posts that hang and agents in trouble are told from the tables', async t => {
    const { pool, url } = await testDatabase(t)
    const config = loadConfig({ DATABASE_URL: url, DISCORD_TOKEN: 'x' })
    const [, quiet] = await lookAtDatabase(config)
    t.match(quiet, { what: 'posts', state: 'ok', detail: 'None waits.' })
    await pool.query(
      `insert into outbox (kind, subject, payload, created_at, last_error)
       values ('round', 'round 1', '{}', now() - interval '1 hour', 'Discord is away.')`,
    )
    await pool.query(
      `insert into game_servers (name, timezone) values ('alpha', 'UTC');
       insert into agent_heartbeats (server_id, agent_id, version, source, started_at, sent_at, waiting, received_at)
       select server_id, 'one', '0.1.0', 'agent', now(), now(), 0, now() - interval '2 hours' from game_servers`,
    )
    t.match(await lookAtDatabase(config), [
      { what: 'database', state: 'ok' },
      { what: 'posts', state: 'warning', detail: /1 wait.*Discord is away/ },
      { what: 'agents', state: 'warning', detail: /alpha is silent/ },
    ])
    await pool.query(`update outbox set set_aside = true, last_error = 'The channel is gone.'`)
    const [, aside] = await lookAtDatabase(config)
    t.match(aside, { what: 'posts', detail: /The channel is gone/, advice: /debrief outbox/ })
  })

  t.test('a certificate near its end is a warning, one past it a failure', async t => {
    const { cert, key } = await testCertificate()
    const tls = { cert, key, certFile: '/etc/cert.pem', keyFile: '/etc/key.pem' }
    const end = certificateEnd(cert).getTime()
    const at = (daysBefore: number) => lookAtCertificate({ tls }, end - daysBefore * DAY_MS)[0]
    t.match(at(30), { state: 'ok', detail: /30 more days/ })
    t.match(at(13), { state: 'warning', advice: /cert\.pem/ })
    t.match(at(-1), { state: 'failed' })
  })

  t.test('a server that runs is asked as a probe asks it', async t => {
    const { listen, state } = await testApp(t)
    const { port } = new URL(await listen())
    const at = { host: '127.0.0.1', port: Number(port), tls: null }
    t.match(await lookAtAnswer(at), { state: 'ok', detail: /is ready/ })
    state.databasePrepared = false
    t.match(await lookAtAnswer(at), { state: 'warning', detail: /not ready \(503/ })
  })
})

t.test('install', async t => {
  const place = {
    folder: '/opt/debrief',
    nodePath: '/usr/bin/node',
    user: 'debrief',
    envFile: ENV_FILE,
    port: 8080,
  }

  t.test('the unit of the documents is the one that is installed', async t => {
    t.equal(serverUnit(place), await readFile(join(OPS, 'debrief.service'), 'utf8'))
    t.match(serverUnit({ ...place, port: 443 }), /CAP_NET_BIND_SERVICE/)
    t.match(serverUnit({ ...place, folder: '/home/et/de%brief' }), /WorkingDirectory=\/home\/et\/de%%brief/)
    t.match(serverUnit({ ...place, folder: '/home/et/debrief' }), /ProtectHome=read-only/)
  })

  t.test('the settings of this shell go into a file of root; a second time it is kept', async t => {
    const root = t.testdir()
    const said: string[] = []
    const say = (line: string) => void said.push(line)
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [BIN, 'install', ...args], {
        env: { PATH: process.env.PATH, TRUST_PROXY: 'true', DISCORD_TOKEN: 'se"cr\\et', DATA_DIR: root },
      })
    await run('--root', root)
    const file = join(root, ENV_FILE)
    const text = await readFile(file, 'utf8')
    t.match(text, /^TRUST_PROXY=true\nDISCORD_TOKEN="se\\"cr\\\\et"$/m)
    t.notMatch(text, 'DATA_DIR', 'the unit says where the data are')
    t.equal((await stat(file)).mode & 0o777, 0o600)
    await writeFile(file, 'PORT=9000\n')
    await installServer({ unit: serverUnit(place), envText: null, user: 'debrief', root, say })
    t.equal(await readFile(file, 'utf8'), 'PORT=9000\n')
    t.match(await readFile(join(root, UNIT_FILE), 'utf8'), serverUnit(place))
    const dry = await run('--dry-run')
    t.match(dry.stdout, /^# Debrief's server as a service[\s\S]*WantedBy=multi-user\.target\n$/)
    t.notMatch(dry.stdout, 'se"cr')
  })
})

t.test('what the documents for operators name is there', async t => {
  t.test('every metric of the alerts, the board and the pages', async t => {
    const known = new Set(
      (await createMetrics().registry.getMetricsAsJSON()).flatMap(({ name, type }) =>
        String(type) === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
      ),
    )
    const files = [
      join(OPS, 'alerts.yaml'),
      join(OPS, 'grafana-dashboard.json'),
      join(OPS, '../operations.md'),
    ]
    for (const file of files) {
      const named = new Set((await readFile(file, 'utf8')).match(/\b(debrief|process)_[a-z_]+[a-z]\b/g))
      t.same(
        [...named].filter(name => !known.has(name)),
        [],
        file,
      )
    }
  })

  t.test('every setting is in README, and sample.env sets none that is not one', async t => {
    const readme = await readFile(join(OPS, '../../README.md'), 'utf8')
    t.same(
      SETTING_NAMES.filter(name => !readme.includes(`\`${name}\``)),
      [],
    )
    const sample = await readFile(join(OPS, 'sample.env'), 'utf8')
    const named = [...sample.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name = '']) => name)
    t.same(
      named.filter(name => !SETTING_NAMES.includes(name)),
      [],
    )
  })

  t.test('every link of the documents leads to a file', async t => {
    const root = join(OPS, '../..')
    const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md']
    for (const page of await readdir(join(root, 'docs'))) if (page.endsWith('.md')) pages.push(`docs/${page}`)
    for (const page of await readdir(join(root, 'docs/decisions'))) pages.push(`docs/decisions/${page}`)
    for (const page of pages) {
      const text = await readFile(join(root, page), 'utf8')
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g))
        t.ok(existsSync(join(root, page, '..', target)), `${page} → ${target}`)
    }
  })
})

import { spawn } from 'node:child_process'
import t from 'tap'
import { listTokens } from '../../../server/src/game-servers/tokens/list-tokens.ts'
import { programFile } from '../../support/program-file.ts'
import { corpusFile, fileForm, testApp } from '../../support/test-app.ts'
import { testDatabase } from '../../support/test-database.ts'

async function debrief(env: Record<string, string>, ...args: string[]) {
  return run(await programFile('server/src/cli/main.ts'), env, args)
}

function run(program: string, env: Record<string, string>, args: string[]) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>(resolve => {
    const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env.PATH, ...env } })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', chunk => {
      stdout += chunk
    })
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    child.on('close', code => resolve({ code, stdout, stderr }))
  })
}

t.test('tokens: made, shown and ended by commands', async t => {
  const { db, url } = await testDatabase(t)
  // A log folder that cannot be made fails no command.
  const env = { DATABASE_URL: url, LOG_DIR: '/dev/null/logs' }
  const made = await debrief(env, 'token', 'create', 'arena')
  t.match(
    made,
    { code: 0, stdout: /^dbf_[\w-]{43}\n$/, stderr: /--timezone/ },
    'the token stands alone on standard output',
  )
  const [changed, wrong] = await Promise.all([
    debrief(env, 'token', 'create', 'arena', '--timezone', 'Europe/Paris'),
    debrief(env, 'token', 'create', 'arena', '--timezone', 'Mars/Olympus'),
  ])
  t.match(changed, { code: 0, stdout: /^dbf_/, stderr: /was UTC.*debrief rebuild/ })
  t.match(wrong, { code: 1, stdout: '', stderr: /IANA/ })

  const listed = await debrief(env, 'token', 'list')
  t.match(listed, { code: 0, stdout: /arena +Europe\/Paris .*valid/ })
  t.notMatch(listed.stdout, 'dbf_')
  const [ended, unknown] = await Promise.all([
    debrief(env, 'token', 'revoke', made.stdout.trim()),
    debrief(env, 'token', 'revoke', '77'),
  ])
  t.match(ended, { code: 0, stdout: /revoked/ })
  t.match(unknown, { code: 1, stdout: '', stderr: /no such token/ })
  t.match(await listTokens(db), [{ revokedAt: Date }, { revokedAt: null }])
})

t.test('check finds what rebuild mends', async t => {
  const test = await testApp(t)
  const base = await test.listen()
  const name = '2026-05-05-204850-supply-round-1.txt'
  await fetch(`${base}/api/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${test.token}` },
    body: fileForm(name, corpusFile(`evenings/files/${name}`)),
  })
  const env = { DATABASE_URL: test.databaseUrl }
  await test.pool.query('update player_comprehensive_stats set kills = kills + 10')
  t.match(await debrief(env, 'check'), { code: 1, stdout: /check 3: /, stderr: /debrief rebuild/ })
  t.match(
    await debrief(env, 'rebuild'),
    { code: 0, stdout: /1 files/, stderr: '' },
    'no bar where there is no terminal',
  )
  t.match(await debrief(env, 'check'), { code: 0, stdout: /^1 rounds checked, 0 with warnings/m, stderr: '' })
})

t.test('check and outbox list change nothing: a database without tables is told, not migrated', async t => {
  const { pool, url } = await testDatabase(t)
  await pool.query('drop schema public cascade; create schema public')
  const tables = async () => (await pool.query(`select from pg_tables where schemaname = 'public'`)).rowCount
  const env = { DATABASE_URL: url }
  const [checked, listed] = await Promise.all([debrief(env, 'check'), debrief(env, 'outbox', 'list')])
  const refused = {
    ...{ code: 1, stdout: '' },
    stderr: /does not have the tables of this version yet \(0001-rounds\.sql.*`debrief migrate` makes them/,
  }
  t.match(checked, refused)
  t.match(listed, refused)
  t.equal(await tables(), 0)
  t.match(await debrief(env, 'migrate'), { code: 0 })
  t.match(await debrief(env, 'check'), { code: 0, stdout: /^0 rounds checked/ })
  t.match(await debrief(env, 'outbox', 'list'), { code: 0, stdout: '', stderr: 'Nothing waits.\n' })
})

t.test('wrong words and settings', async t => {
  const [word, help, settings, away] = await Promise.all([
    debrief({}, 'nonsense'),
    // As it is installed, by the loader of TypeScript.
    run('server/bin/debrief.mjs', {}, ['token', 'create', '--help']),
    debrief({ PORT: 'x', DATABASE_URL: 'y' }, 'migrate'),
    debrief({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' }, 'migrate'),
  ])
  t.match(word, { code: 1, stdout: '', stderr: /unknown command/ })
  t.match(help, { code: 0, stdout: /--timezone/ })
  t.match(settings, { code: 2, stdout: '', stderr: /PORT[\s\S]*DATABASE_URL|DATABASE_URL[\s\S]*PORT/ })
  t.match(away, { code: 1, stdout: '', stderr: /ECONNREFUSED/ })
})

import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type Kysely, sql } from 'kysely'
import type pg from 'pg'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { restoreBackup } from '../../../server/src/backup/restore-backup.ts'
import { writeBackup } from '../../../server/src/backup/write-backup.ts'
import { checkDatabase } from '../../../server/src/check/check-database.ts'
import type { DB } from '../../../server/src/db/tables.ts'
import { createToken } from '../../../server/src/game-servers/tokens/create-token.ts'
import { tokenVerifier } from '../../../server/src/game-servers/tokens/token-verifier.ts'
import { rebuild } from '../../../server/src/import/rebuild.ts'
import { damagedCases } from '../../support/corpus.ts'
import { makeNight } from '../../support/game-server/make-night.ts'
import { deliver, deliverAll } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const ZONE = 'Europe/Ljubljana'
const NIGHT = makeNight(7, { zone: ZONE, script: 'c0rnp0rn8', length: 5 }).files
const log = pino({ level: 'silent' })

/** Every row of every table, as text, but for the counts of changes; times at which rows were made again are not what was lost. */
async function everything({ db, pool }: { db: Kysely<DB>; pool: pg.Pool }): Promise<Record<string, unknown>> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'
      and relname not in ('migrations', 'outbox', 'player_changes', 'unsummed_sessions', 'stale_sums', 'rating_marks') order by 1`.execute(
    db,
  )
  const tables: Record<string, unknown> = {}
  for (const { name } of rows) {
    const found = await pool.query(
      `select (to_jsonb(t) - array['processed_at', 'changed_at'])::text as row from ${name} t order by 1`,
    )
    tables[name] = found.rows.map(({ row }) => row)
  }
  return tables
}

async function filledDatabase(t: Test) {
  const database = await testDatabase(t)
  const { token, server } = await createToken(database.db, { serverName: 'alpha', timezone: ZONE })
  await createToken(database.db, { serverName: 'béta "2"', timezone: null })
  const damaged = damagedCases().map(each => ({ name: each.upload_name, content: each.content }))
  // Not in the order of the stamps: numbers that rest on the order of arrival are kept as well.
  await deliverAll(database.db, server, [...[...NIGHT].reverse(), ...damaged])
  await database.db
    .insertInto('discord_posts')
    .values({ subject: 'round 1', channel_id: '5', nonce: 'n', message_id: '77' })
    .execute()
  return { ...database, token, server, path: join(t.testdir(), 'debrief.backup') }
}

t.test('dump, lose everything, restore: every table is equal, and every check passes', async t => {
  const { db, pool, token, path } = await filledDatabase(t)
  const before = await everything({ db, pool })
  const { last } = (
    await sql<{ last: number }>`select last_value as last from rounds_round_id_seq`.execute(db)
  ).rows[0] ?? { last: 0 }
  const written = await writeBackup({ pool }, path)
  t.equal(statSync(path).mode & 0o777, 0o600, 'it holds what the database holds')
  t.equal(written.game_servers, 2)

  const empty = await testDatabase(t)
  t.strictSame(await restoreBackup({ pool: empty.pool, log }, path), written)
  await rebuild({ db: empty.db, sessionGapMinutes: 60 })
  t.strictSame(await everything(empty), before)
  let rounds = 0
  for await (const { warnings } of checkDatabase(empty.db)) {
    rounds += 1
    t.notOk(warnings.some(({ check }) => check !== undefined && check <= 4))
  }
  t.equal(rounds, written.rounds)

  const server = (await tokenVerifier({ db: empty.db }).verify(token))?.server
  if (!server) throw new Error('The token is not valid any more.')
  t.match(server, { name: 'alpha', timezone: ZONE }, 'agents go on with their tokens')
  const next = await deliver(empty.db, server, {
    name: '2026-07-05-204850-supply-round-1.txt',
    content: Buffer.from(String(NIGHT[0]?.content).replace(/\\[a-z_0-9]+\\legacy/, '\\supply\\legacy')),
  })
  t.ok((next.round?.id ?? 0) > last || next.round === null, 'no number is given out a second time')
})

t.test('what is no whole backup changes nothing', async t => {
  const { pool, path } = await filledDatabase(t)
  await writeBackup({ pool }, path)
  const whole = readFileSync(path)
  const lines = gunzipSync(whole).toString().trimEnd().split('\n')
  const empty = await testDatabase(t)
  const restore = () => restoreBackup({ pool: empty.pool, log }, path)
  const rowsThere = async () =>
    (await empty.db.selectFrom('game_servers').select('server_id').execute()).length

  const cases: [string, Buffer][] = [
    ['cut in the middle', whole.subarray(0, whole.length / 2)],
    ['without its last line', gzipSync(lines.slice(0, -1).join('\n'))],
    ['with the name of a table missing', gzipSync(lines.filter((_, index) => index !== 2).join('\n'))],
    [
      'with rows missing',
      gzipSync(
        lines
          .toSpliced(
            lines.findLastIndex(line => line.includes('"rows",')),
            1,
          )
          .join('\n'),
      ),
    ],
    ['not gzip', Buffer.from('hello')],
    ['another program’s gzip', gzipSync('{"kind":"cake"}\n')],
    ['empty', Buffer.alloc(0)],
  ]
  for (const [what, bytes] of cases) {
    writeFileSync(path, bytes)
    await t.rejects(restore(), { message: /cannot be read as a backup/ }, what)
    t.equal(await rowsThere(), 0, what)
  }
  const [head = '', ...rest] = lines
  writeFileSync(path, gzipSync([head.replace('0001-', '9999-'), ...rest].join('\n')))
  await t.rejects(restore(), { message: /newer than this one/ })
  writeFileSync(path, gzipSync([head.replace(/"0006-[^"]*",?/, ''), ...rest].join('\n')))
  await t.rejects(restore(), { message: /newer than the backup/ })

  writeFileSync(path, whole)
  await restore()
  await t.rejects(restore(), { message: /in use/ }, 'a database with rows in it is never written over')
})

t.test('a folder that is not there is an error, not a silent success', async t => {
  const { pool } = await testDatabase(t)
  await t.rejects(writeBackup({ pool }, '/nowhere/at/all'), { code: 'ENOENT' })
})

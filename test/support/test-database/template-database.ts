import { createHash } from 'node:crypto'
import type pg from 'pg'
import { pino } from 'pino'
import { openDatabase } from '../../../server/src/db/database.ts'
import { migrate } from '../../../server/src/db/migrate.ts'
import { readMigrations } from '../../../server/src/db/migrations.ts'
import { inDatabase, withClient } from './database-url.ts'

let name: Promise<string> | undefined

/** The name of a migrated database that nobody uses, to copy from. Named after the migrations, so it is never old. */
export function templateDatabase(server: string): Promise<string> {
  name ??= makeTemplate(server)
  return name
}

async function makeTemplate(server: string): Promise<string> {
  const digest = createHash('sha256')
  for (const { sha256 } of await readMigrations()) digest.update(sha256)
  const template = `debrief_template_${digest.digest('hex').slice(0, 12)}`
  await withClient(server, async client => {
    // Test files run at once; the lock ends with the session.
    await client.query(`select pg_advisory_lock(hashtext('debrief test template'))`)
    const found = await client.query('select from pg_database where datname = $1', [template])
    if (found.rowCount !== 0) return
    await dropLeftovers(client)
    // Under another name until it is whole: whoever is killed here leaves nothing that looks ready.
    const unfinished = `${template}_unfinished`
    await client.query(`create database ${unfinished} template template0`)
    const { pool, close } = openDatabase({
      url: inDatabase(server, unfinished),
      log: pino({ level: 'silent' }),
      max: 1,
    })
    await migrate({ pool, log: pino({ level: 'silent' }) }).finally(close)
    await withoutSessions(client, unfinished)
    await client.query(`alter database ${unfinished} rename to ${template}`)
  })
  return template
}

/** Templates of other migrations, and test databases whose test was killed (no test takes an hour). */
async function dropLeftovers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database where datname like 'debrief\\_template\\_%'
     or (datname like 'debrief\\_test\\_%' and split_part(datname, '_', 3)::bigint < extract(epoch from now()) - 3600)`,
  )
  for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`)
}

/** A session that has said goodbye is counted by the server for some milliseconds more. */
async function withoutSessions(client: pg.Client, database: string): Promise<void> {
  await client.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1`, [
    database,
  ])
}

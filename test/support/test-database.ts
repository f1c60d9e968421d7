import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import pg from 'pg'
import { pino } from 'pino'
import type { Test } from 'tap'
import { openDatabase } from '../../server/src/db/database.ts'
import type { DB } from '../../server/src/db/tables.ts'
import { inDatabase } from './test-database/database-url.ts'
import { templateDatabase } from './test-database/template-database.ts'
import { testServerUrl } from './test-database/test-server-url.ts'

export interface TestDatabase {
  db: Kysely<DB>
  pool: pg.Pool
  url: string
}

// Two checkpoints and a copied folder are half the work of a copy by the log, where no checkpoint waits for a disk.
const STRATEGY = process.env.TEST_DATABASE_URL === undefined ? 'file_copy' : 'wal_log'

/** Kept, as a session takes the server as long to begin as a small test takes it. It keeps no process alive. */
let administration: pg.Pool | undefined

/**
 * A database of its own for this test, migrated and empty, dropped at its end. A copy of a template: about 40 ms. On
 * the server of `TEST_DATABASE_URL` (whose user may create databases), else on an embedded one without fsync.
 */
export async function testDatabase(t: Test): Promise<TestDatabase> {
  const server = await testServerUrl()
  const template = await templateDatabase(server)
  const name = `debrief_test_${Math.floor(Date.now() / 1000)}_${randomBytes(5).toString('hex')}`
  administration ??= new pg.Pool({
    ...{ connectionString: server, connectionTimeoutMillis: 30_000 },
    ...{ max: 2, allowExitOnIdle: true },
  })
  const admin = administration
  await admin.query(`create database ${name} template ${template} strategy ${STRATEGY}`)
  const url = inDatabase(server, name)
  const { db, pool, close } = openDatabase({ url, log: pino({ level: 'silent' }) })
  t.teardown(async () => {
    await close()
    await admin.query(`drop database ${name} with (force)`)
  })
  return { db, pool, url }
}

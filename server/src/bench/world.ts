import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Logger, pino } from 'pino'
import { openDatabase } from '../db/database.ts'
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts'
import { migrate } from '../db/migrate.ts'

/** What all cases stand on: one PostgreSQL server, durable as in production (fsync on), and a folder. */
export interface World {
  log: Logger
  folder: string
  /** How much each case does: enough for figures, or just all of it once. */
  isShort: boolean
  /** The address of a new database with all tables. */
  emptyDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

export async function openWorld({ isShort }: { isShort: boolean }): Promise<World> {
  const log = pino({ level: 'silent' })
  const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-'))
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log })
  return {
    log,
    folder,
    isShort,
    async emptyDatabase(name) {
      const admin = new pg.Client({ connectionString: server.url })
      await admin.connect()
      await admin.query(`create database ${name}`)
      await admin.end()
      const url = server.url.replace(/\/[^/?]*\?/, `/${name}?`)
      const { pool, close } = openDatabase({ url, log, max: 1 })
      await migrate({ pool, log })
      await close()
      return url
    },
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

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
  /** The same, or that of an earlier run, on the server that keeps histories, where there is one. */
  keptDatabase(name: string): Promise<{ url: string; isNew: boolean }>
  stop(): Promise<void>
}

/** `histories`: a PostgreSQL server whose user may create databases; what is dear to make stays on it. */
export async function openWorld({
  isShort,
  histories = null,
}: {
  isShort: boolean
  histories?: string | null
}): Promise<World> {
  const log = pino({ level: 'silent' })
  const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-'))
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log })
  return {
    log,
    folder,
    isShort,
    emptyDatabase: name => createDatabase(server.url, name, log),
    async keptDatabase(name) {
      if (histories === null) return { url: await createDatabase(server.url, name, log), isNew: true }
      const { rowCount } = await asAdmin(histories, 'select from pg_database where datname = $1', [name])
      if (!rowCount) return { url: await createDatabase(histories, name, log), isNew: true }
      const url = addressOf(histories, name)
      await bringUpToDate(url, log)
      return { url, isNew: false }
    },
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function createDatabase(server: string, name: string, log: Logger): Promise<string> {
  await asAdmin(server, `create database ${name}`)
  const url = addressOf(server, name)
  await bringUpToDate(url, log)
  return url
}

async function asAdmin(connectionString: string, text: string, values: unknown[] = []) {
  const admin = new pg.Client({ connectionString })
  await admin.connect()
  try {
    return await admin.query(text, values)
  } finally {
    await admin.end()
  }
}

function addressOf(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

async function bringUpToDate(url: string, log: Logger): Promise<void> {
  const { pool, close } = openDatabase({ url, log, max: 1 })
  await migrate({ pool, log })
  await close()
}

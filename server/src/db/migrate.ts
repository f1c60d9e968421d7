import type pg from 'pg'
import type { Logger } from 'pino'
import { DatabaseFault } from './database-fault.ts'
import { type Migration, readMigrations } from './migrations.ts'

interface MigrateContext {
  pool: pg.Pool
  log: Logger
  /** For tests: other migrations than the product's. */
  migrations?: Migration[]
}

/**
 * Brings the tables up to this version and returns the names of the migrations it applied. Each is one transaction.
 * Several processes may start at once: one works, the others wait and find nothing left to do.
 */
export async function migrate({ pool, log, migrations }: MigrateContext): Promise<string[]> {
  const known = migrations ?? (await readMigrations())
  const client = await pool.connect()
  try {
    await refuseOldServer(client)
    // Waiting for another process, and building an index over years of rounds, take as long as they take.
    await client.query('set statement_timeout = 0; set lock_timeout = 0')
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await client.query(createTable)
    const applied = await readApplied(client)
    refuseForeign(known, applied)
    const missing = known.filter(({ name }) => !applied.has(name))
    for (const migration of missing) {
      await applyMigration(client, migration)
      log.info({ migration: migration.name }, 'Migration applied.')
    }
    return missing.map(({ name }) => name)
  } finally {
    // Not back into the pool: with the session go its lock and its settings, whatever happened.
    client.release(true)
  }
}

/** The names of the migrations that the database still needs; all of them when it has none of our tables. */
export async function missingMigrations({
  pool,
  migrations,
}: Omit<MigrateContext, 'log'>): Promise<string[]> {
  const known = migrations ?? (await readMigrations())
  const table = await pool.query<{ found: boolean }>(`select to_regclass('migrations') is not null as found`)
  const applied = table.rows[0]?.found === true ? await readApplied(pool) : new Map<string, string>()
  return known.map(({ name }) => name).filter(name => !applied.has(name))
}

/** Any constant will do; it must only differ from those of other programs in the same database. */
const migrationLock = 0x64656272 // "debr"

const createTable = `create table if not exists migrations (
  name text primary key,
  sha256 text not null,
  applied_at timestamptz not null default now()
)`

async function refuseOldServer(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  )
  const [server] = rows
  if (server === undefined || server.number < 150_000)
    throw new Error(
      `The database is PostgreSQL ${server?.version ?? 'of an unknown version'}, but 15 or newer is needed. ` +
        'Set DATABASE_URL to a newer server, or leave it unset to use the embedded one.',
    )
}

async function readApplied(client: pg.ClientBase | pg.Pool): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from migrations')
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]))
}

function refuseForeign(known: Migration[], applied: Map<string, string>): void {
  const unknown = [...applied.keys()].filter(name => !known.some(migration => migration.name === name)).sort()
  if (unknown.length > 0)
    throw new Error(
      `The database was already changed by a newer version (${unknown.join(', ')}), which this version does not ` +
        'know. Run the newer version, or restore a backup from before it.',
    )
  const changed = known.filter(({ name, sha256 }) => applied.has(name) && applied.get(name) !== sha256)
  if (changed.length > 0)
    throw new Error(
      `${changed.map(({ name }) => name).join(', ')} was edited after this database applied it. ` +
        'Put the old text back and say the change in a new migration.',
    )
}

async function applyMigration(client: pg.ClientBase, { name, sql, sha256 }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query('insert into migrations (name, sha256) values ($1, $2)', [name, sha256])
    await client.query('commit')
  } catch (error) {
    if (error instanceof DatabaseFault) throw error
    // No rollback: the connection is closed by the caller, and it may be the connection that failed.
    throw new Error(`Migration ${name} failed and was rolled back; the database is as it was before it.`, {
      cause: error,
    })
  }
}

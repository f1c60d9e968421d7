import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { DatabaseClient } from './database-client.ts'
import { DatabaseFault, DatabaseUnusable } from './database-fault.ts'
import { type Migration, readMigrations } from './migrations.ts'

interface MigrateContext {
  pool: pg.Pool
  log: Logger
  /** For tests: other migrations than the product's. */
  migrations?: Migration[]
  /** Ends the wait for another process that migrates; then this rejects with an AbortError. */
  signal?: AbortSignal
}

/**
 * Brings the tables up to this version and returns the names of the migrations it applied. Each is one transaction.
 * Several processes may start at once: one works, the others wait and find nothing left to do.
 */
export async function migrate({ pool, log, migrations, signal }: MigrateContext): Promise<string[]> {
  const known = migrations ?? (await readMigrations())
  const client = await pool.connect()
  try {
    await refuseOldServer(client)
    // Building an index over years of rounds takes as long as it takes.
    await client.query('set statement_timeout = 0; set lock_timeout = 0')
    if (client instanceof DatabaseClient) client.patienceMs = null
    await takeLock(client, log, signal)
    await refuseOthersTables(client)
    await client.query(createTable)
    const applied = await readApplied(client)
    refuseForeign(known, applied, log)
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
}: Pick<MigrateContext, 'pool' | 'migrations'>): Promise<string[]> {
  const known = migrations ?? (await readMigrations())
  const table = await pool.query<{ found: boolean }>(`select to_regclass('migrations') is not null as found`)
  const applied = table.rows[0]?.found === true ? await readApplied(pool) : new Map<string, Applied>()
  return known.map(({ name }) => name).filter(name => !applied.has(name))
}

/** Any constant will do; it must only differ from those of other programs in the same database. */
const migrationLock = 0x64656272 // "debr"

const createTable = `create table if not exists migrations (
  name text primary key,
  sha256 text not null,
  applied_at timestamptz not null default now()
);
-- Versions that do not know this migration work beside it. False in a table of before the column was there.
alter table migrations add column if not exists additive boolean not null default false`

const LOCK_POLL_MS = 100
/** Somebody looks at the log of a start that hangs: soon, and then now and then. */
const LOCK_FIRST_WORD_MS = 1_000
const LOCK_WORD_MS = 30_000

/** Asked for again and again, not waited for: so we can say what we wait for, and stop. */
async function takeLock(client: pg.ClientBase, log: Logger, signal?: AbortSignal): Promise<void> {
  let nextWord = performance.now() + LOCK_FIRST_WORD_MS
  while (!(await tryLock(client))) {
    if (performance.now() > nextWord) {
      nextWord = performance.now() + LOCK_WORD_MS
      log.warn(
        await lockHolder(client),
        'Waiting for another process that holds the lock on the tables: it is changing them, or a pooler kept its ' +
          'session. Uploads get 503 meanwhile.',
      )
    }
    await sleep(LOCK_POLL_MS, undefined, { ...(signal && { signal }) })
  }
}

async function tryLock(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ won: boolean }>('select pg_try_advisory_lock($1) as won', [
    migrationLock,
  ])
  return rows[0]?.won === true
}

/** Whose session it is, as far as this user may see. */
async function lockHolder(client: pg.ClientBase): Promise<object> {
  const { rows } = await client.query<object>(
    `select pid, application_name as program, client_addr as address, backend_start as since, left(query, 80) as query
    from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and objid = $1 and classid = 0 and granted
      and database = (select oid from pg_database where datname = current_database())`,
    [migrationLock],
  )
  return { holder: rows[0] ?? 'unknown' }
}

async function refuseOldServer(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  )
  const [server] = rows
  if (server === undefined || server.number < 150_000)
    throw new DatabaseUnusable(
      `The database is PostgreSQL ${server?.version ?? 'of an unknown version'}, but 15 or newer is needed. ` +
        'Set DATABASE_URL to a newer server, or leave it unset to use the embedded one.',
      null,
    )
}

/** Before anything is written: another program's table of migrations is not ours to change. */
async function refuseOthersTables(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class c
    where oid in (to_regclass('migrations'), to_regclass('rounds'), to_regclass('processed_files'))
      and not exists (select from pg_attribute
        where attrelid = to_regclass('migrations') and attname = 'sha256' and not attisdropped)
    order by relname`,
  )
  if (rows.length === 0) return
  const names = rows.map(({ name }) => name).join(', ')
  throw new DatabaseUnusable(
    `The database holds tables of another program (${names}). Nothing was changed. ` +
      'Set DATABASE_URL to a database that is Debrief’s alone: `create database debrief`.',
    null,
  )
}

interface Applied {
  sha256: string
  additive: boolean
}

async function readApplied(client: pg.ClientBase | pg.Pool): Promise<Map<string, Applied>> {
  // As JSON: whoever only looks may meet a table of before `additive`.
  const { rows } = await client.query<{ name: string; sha256: string; additive: boolean }>(
    `select name, sha256, coalesce((to_jsonb(m) ->> 'additive')::boolean, false) as additive from migrations m`,
  )
  return new Map(rows.map(({ name, ...applied }) => [name, applied]))
}

function refuseForeign(known: Migration[], applied: Map<string, Applied>, log: Logger): void {
  const unknown = [...applied].filter(([name]) => !known.some(migration => migration.name === name)).sort()
  const names = unknown.map(([name]) => name).join(', ')
  if (unknown.some(([, { additive }]) => !additive))
    throw new DatabaseUnusable(
      `The database was already changed by a newer version (${names}), which this version does not ` +
        'know. Run the newer version, or restore a backup from before it.',
      null,
    )
  if (unknown.length > 0)
    log.warn(
      { migrations: names },
      'The database was changed by a newer version, in ways that this one can work with.',
    )
  const changed = known.filter(({ name, sha256 }) => {
    const there = applied.get(name)
    return there !== undefined && there.sha256 !== sha256
  })
  if (changed.length > 0)
    throw new DatabaseUnusable(
      `${changed.map(({ name }) => name).join(', ')} was edited after this database applied it. ` +
        'Put the old text back and say the change in a new migration.',
      null,
    )
}

async function applyMigration(
  client: pg.ClientBase,
  { name, sql, sha256, additive }: Migration,
): Promise<void> {
  await client.query('begin')
  try {
    await client.query(sql)
    const values = [name, sha256, additive]
    await client.query('insert into migrations (name, sha256, additive) values ($1, $2, $3)', values)
    await client.query('commit')
  } catch (error) {
    if (error instanceof DatabaseFault) throw error
    // No rollback: the connection is closed by the caller, and it may be the connection that failed.
    throw new Error(`Migration ${name} failed and was rolled back; the database is as it was before it.`, {
      cause: error,
    })
  }
}

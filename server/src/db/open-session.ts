import type pg from 'pg'
import { DatabaseClient, type DatabaseClientConfig } from './database-client.ts'
import { DatabaseAway, DatabaseUnusable } from './database-fault.ts'
import { POOLER } from './to-database-fault.ts'

/**
 * What every session of ours is set to, as `current_setting` tells it. Set by statement and not while connecting: a
 * pooler refuses startup parameters that it does not know, or passes over them in silence.
 */
const SETTINGS: Record<string, string> = {
  // Nothing is slower than a second but the rebuild of years, whose statements are still one round each.
  statement_timeout: '30s',
  // An import waits for another import of its game server, which takes milliseconds, or for a rebuild, which may take
  // minutes: then the sender gets its 503 before its own time-out and comes again.
  lock_timeout: '10s',
  // No transaction of ours waits for the network. One that idles has a frozen process behind it and blocks all others.
  idle_in_transaction_session_timeout: '15s',
  // Compiling costs 100 ms and more, no query of ours runs long enough to earn it back.
  jit: 'off',
  TimeZone: 'UTC',
  // pg reads no other.
  DateStyle: 'ISO, MDY',
}

/** A server in the same room answers in milliseconds; one that takes longer is away, and waiting holds up senders. */
export const CONNECT_MS = 5_000

/** What a fresh connection says of its server. */
export interface Session {
  /**
   * `<system identifier>/<timeline>/<database>`, see databaseIdentity; null on a standby, whose timeline only its
   * primary knows for certain, and where the user may not ask.
   */
  identity: string | null
  /** Of PostgreSQL's process. */
  backend: number
}

/** Makes a fresh connection one of ours, and looks whether it is: throws DatabaseUnusable where a pooler shares it. */
export async function openSession(
  client: pg.ClientBase,
  config: DatabaseClientConfig,
  { lookForPooler = true, more = {} }: { lookForPooler?: boolean; more?: Record<string, string> } = {},
): Promise<Session> {
  if (!(client instanceof DatabaseClient)) throw new TypeError('Only connections of ours are opened.')
  const { patienceMs } = client
  client.patienceMs = CONNECT_MS
  const wanted = { ...SETTINGS, ...more }
  await client.query(`select ${Object.keys(wanted).map(setting).join(', ')}`, Object.values(wanted))
  // In another statement: a pooler that shares its connections may answer it from another one.
  const session: pg.ClientBase = client
  const { rows } = await session.query<Record<string, string> & { backend: number; may: boolean }>(
    `select pg_backend_pid() as backend, not pg_is_in_recovery()
      and has_function_privilege('pg_control_system()', 'execute') as may, ${Object.keys(wanted).map(current).join(', ')}`,
  )
  const [found] = rows
  if (found === undefined || Object.entries(wanted).some(([name, value]) => found[name] !== value))
    throw new DatabaseUnusable(POOLER, new Error(`The session forgot its settings: ${JSON.stringify(found)}`))
  client.backend = Number(found.backend)
  // A pooler makes up the process id that it tells while connecting.
  const told: unknown = Reflect.get(client, 'processID')
  if (lookForPooler && told !== client.backend) await refuseSharedSession(client, config)
  const identity = found.may ? await readIdentity(client) : null
  client.patienceMs = patienceMs
  return { identity, backend: client.backend }
}

async function readIdentity(client: pg.ClientBase): Promise<string | null> {
  // The timeline is the first part of the name of a WAL file. pg_control_checkpoint() tells the old one until the
  // first checkpoint after a failover.
  const { rows } = await client.query<{ identity: string }>(
    `select concat_ws('/', system_identifier, ltrim(left(pg_walfile_name(pg_current_wal_lsn()), 8), '0'),
      (select oid from pg_database where datname = current_database())) as identity from pg_control_system()`,
  )
  return rows[0]?.identity ?? null
}

function setting(name: string, index: number): string {
  return `set_config('${name}', $${index + 1}, false)`
}

function current(name: string): string {
  return `current_setting('${name}') as "${name}"`
}

/**
 * Is our session ours alone? While it rests, another connection begins a transaction: a pooler in transaction mode
 * gives that one the process that served us last, and serves us by another from then on.
 */
async function refuseSharedSession(client: DatabaseClient, config: DatabaseClientConfig): Promise<void> {
  const other = new DatabaseClient({ ...config, answerMs: CONNECT_MS })
  try {
    await other.connect()
    await other.query('begin')
    const theirs = await backendOf(other)
    const ours = await backendOf(client)
    if (theirs === client.backend || ours !== client.backend)
      throw new DatabaseUnusable(POOLER, new Error(`Backend ${client.backend} serves two sessions.`))
  } catch (error) {
    // No second connection to be had: where sessions are shared, there would have been ours.
    if (!(error instanceof DatabaseAway)) throw error
  } finally {
    void other.end()
  }
}

async function backendOf(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ backend: number }>('select pg_backend_pid() as backend')
  return Number(rows[0]?.backend)
}

import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import { DatabasePool } from './database-pool.ts'
import type { DB } from './tables.ts'

export interface Database {
  db: Kysely<DB>
  /** The same connections, for what kysely cannot say: migrations, LISTEN, bulk copies. */
  pool: pg.Pool
  close(): Promise<void>
}

export interface DatabaseOptions {
  url: string
  log: Logger
  /** Connections at most. */
  max?: number
}

/**
 * Opens PostgreSQL, embedded or not: a pool that connects when first asked. It gives `bigint` as number, `date` as
 * `YYYY-MM-DD`, `timestamptz` as Date; every session speaks UTC. What is the database's fault is thrown as a
 * DatabaseFault, by `db` and by `pool`; everything else that they throw is a bug.
 */
export function openDatabase({ url, log, max = 10 }: DatabaseOptions): Database {
  const pool: pg.Pool = new DatabasePool({
    ...sessionSettings,
    connectionString: url,
    max,
    types: { getTypeParser },
  })
  // Without this listener the end of an idle connection (the server restarts) would end the process. The error holds
  // the whole client, with its settings, so only its words are logged.
  pool.on('error', error => {
    if (!pool.ending)
      log.warn({ reason: error.message }, 'A database connection was lost; the next query opens another.')
  })
  // So would the end of one in use. Its query fails, and who asked hears of it there.
  pool.on('connect', client => client.on('error', () => {}))
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  // By the pool: who asks after that hears it from the pool, as a fault of the database.
  let closed: Promise<void> | undefined
  return {
    db,
    pool,
    close() {
      closed ??= pool.end()
      return closed
    },
  }
}

/** Times in milliseconds. Each is long for work that goes well and short for someone who waits for the answer. */
const sessionSettings = {
  application_name: 'debrief',
  // jit: compiling costs 100 ms and more, no query of ours runs long enough to earn it back.
  options: '-c TimeZone=UTC -c jit=off',
  // Nothing is slower than a second but the rebuild of years, whose statements are still one round each.
  statement_timeout: 30_000,
  // An import waits for another import of its game server, which takes milliseconds, or for a rebuild, which may take
  // minutes: then the sender gets its 503 before its own time-out and comes again.
  lock_timeout: 10_000,
  // No transaction of ours waits for the network. One that idles has a frozen process behind it and blocks all others.
  idle_in_transaction_session_timeout: 60_000,
  // A server in the same room answers in milliseconds; one that takes longer is away, and waiting holds up senders.
  connectionTimeoutMillis: 5_000,
  // Firewalls forget quiet connections after some minutes; the probes keep them known, and find the dead in 20 s.
  // (Not pg's query_timeout: it gives the connection back to the pool with the unanswered query still on it.)
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
}

const { INT8, DATE } = pg.types.builtins

/** For this pool only: pg's own setTypeParser would change every user of pg in the process. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (format !== 'binary' && oid === INT8) return toSafeInteger
  if (format !== 'binary' && oid === DATE) return (text: string) => text
  // The overloads of getTypeParser want a literal format.
  return format === 'binary' ? pg.types.getTypeParser(oid, format) : pg.types.getTypeParser(oid, 'text')
}

function toSafeInteger(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  throw new RangeError(`The database answered ${text}, which no JavaScript number can hold exactly.`)
}

import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import { ANSWER_MS } from './database-client.ts'
import { DatabasePool } from './database-pool.ts'
import { CONNECT_MS } from './open-session.ts'
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
  /** For tests: how long a statement may stay unanswered, in milliseconds. */
  answerMs?: number
}

/**
 * Opens PostgreSQL, embedded or not: a pool that connects when first asked. It gives `bigint` as number, `date` as
 * `YYYY-MM-DD`, `timestamptz` as Date; every session speaks UTC. What is the database's fault is thrown as a
 * DatabaseFault, by `db` and by `pool`; everything else that they throw is a bug.
 */
export function openDatabase({ url, log, max = 10, answerMs = ANSWER_MS }: DatabaseOptions): Database {
  const pool: pg.Pool = new DatabasePool({
    ...connectionSettings,
    connectionString: url,
    max,
    answerMs,
    types: { getTypeParser },
  })
  // Without this listener the end of an idle connection (the server restarts) would end the process. The error holds
  // the whole client, with its settings, so only its words are logged.
  pool.on('error', error => {
    if (!pool.ending)
      log.warn({ reason: error.message }, 'A database connection was lost; the next query opens another.')
  })
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  // By the pool: who asks after that hears it from the pool, as a fault of the database.
  let closed: Promise<void> | undefined
  return {
    db,
    pool,
    close() {
      closed ??= Promise.race([pool.end(), hurry(pool)])
      return closed
    },
  }
}

const connectionSettings = {
  application_name: 'debrief',
  connectionTimeoutMillis: CONNECT_MS,
  // Firewalls forget quiet connections after some minutes; the probes keep them known, and find the dead among the idle
  // in 20 s. One that owes us an answer is found by DatabaseClient. (Not by pg's query_timeout: it gives the connection
  // back to the pool with the unanswered query still on it.)
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
}

/** What is under way has had its time before this is called; a database that hangs must not keep us from ending. */
const CLOSE_MS = 2_000

async function hurry(pool: pg.Pool): Promise<void> {
  await sleep(CLOSE_MS, undefined, { ref: false })
  if (pool instanceof DatabasePool) pool.cut()
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

import { CompiledQuery, type Kysely, PostgresDialect, Transaction } from 'kysely'
import type { DB } from './tables.ts'

/** A statement that is not asked yet, and what its rows say. */
export interface Statement<T> {
  query: CompiledQuery<unknown>
  read(rows: readonly unknown[]): T
}

/**
 * One transaction, in which a statement is sent at the moment it is asked, behind others that have not answered yet:
 * PostgreSQL works them off in this order. (Kysely's own transactions wait for each answer.) `work` returns its last
 * statement unasked: it goes out together with the COMMIT. If it fails, PostgreSQL takes this COMMIT as a ROLLBACK.
 */
export async function inTransaction<T>(
  db: Kysely<DB>,
  work: (trx: Transaction<DB>) => Promise<Statement<T>>,
): Promise<T> {
  const executor = db.getExecutor()
  return executor.provideConnection(async connection => {
    const trx = new Transaction<DB>({
      ...UNUSED,
      executor: executor.withConnectionProvider({ provideConnection: ask => ask(connection) }),
    })
    // By itself: if it fails, what went out together with it would be committed, each statement for itself.
    await connection.executeQuery(BEGIN)
    let last: Statement<T>
    try {
      last = await work(trx)
    } catch (error) {
      // Where it cannot be asked, the connection is gone, and the transaction with it.
      await connection.executeQuery(ROLLBACK).catch(() => {})
      throw error
    }
    const [{ rows }] = await inOrder(connection.executeQuery(last.query), connection.executeQuery(COMMIT))
    return last.read(rows)
  })
}

/** Both answers, when both are there; of two faults the first, as the second is often just what follows from it. */
export async function inOrder<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second])
  return [await first, await second]
}

/** Asks it by itself, in a transaction that is not to end with it. */
export async function answerTo<T>(trx: Transaction<DB>, { query, read }: Statement<T>): Promise<T> {
  const { rows } = await trx.executeQuery(query)
  return read(rows)
}

const BEGIN = CompiledQuery.raw('begin')
const COMMIT = CompiledQuery.raw('commit')
const ROLLBACK = CompiledQuery.raw('rollback')

/** What kysely's type wants besides: a transaction asks its executor alone. */
const dialect = new PostgresDialect({ pool: () => Promise.reject(new Error('A transaction has no pool.')) })
const UNUSED = { dialect, config: { dialect }, driver: dialect.createDriver() }

import type pg from 'pg'
import { DatabaseClient } from './database-client.ts'
import { openSession } from './open-session.ts'
import { toDatabaseFault } from './to-database-fault.ts'

/**
 * A connection beside the pool, to the same database: it waits for nobody, and nobody waits for it. `settings` are of
 * its session. The caller ends it. Throws a DatabaseFault.
 */
export async function connectAlone(pool: pg.Pool, settings: Record<string, string> = {}): Promise<pg.Client> {
  const client = new DatabaseClient(pool.options)
  try {
    await client.connect()
    await openSession(client, pool.options, { more: settings })
    return client
  } catch (error) {
    void client.end()
    throw toDatabaseFault(error, 'connecting')
  }
}

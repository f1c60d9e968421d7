import pg from 'pg'
import { DatabaseClient, type DatabaseClientConfig } from './database-client.ts'
import { openSession } from './open-session.ts'
import { toDatabaseFault } from './to-database-fault.ts'

/** Connections that throw a DatabaseFault for what is the database's fault; one that had such a fault is not used again. */
export class DatabasePool extends pg.Pool {
  /** As the newest connection told it. */
  identity: string | null = null
  readonly #open = new Set<pg.ClientBase>()

  constructor(options: pg.PoolConfig & DatabaseClientConfig) {
    super({
      ...options,
      Client: DatabaseClient,
      // Of many connections the first tells whether a pooler shares them.
      verify: (client, done) => {
        openSession(client, options, { lookForPooler: this.totalCount <= 1 }).then(({ identity }) => {
          this.identity = identity
          done()
        }, done)
      },
    })
    this.on('connect', client => this.#open.add(client))
    this.on('remove', client => this.#open.delete(client))
  }

  /** Ends every connection at once, whatever it is doing. */
  cut(): void {
    for (const client of this.#open) if (client instanceof DatabaseClient) client.connection.stream.destroy()
  }

  // biome-ignore lint/suspicious/noExplicitAny: the overloads of pg's connect and query have no common type
  override connect(...given: any[]): any {
    if (given.length > 0) return super.connect(given[0])
    return super.connect().then(keepNoFaulty, error => {
      throw toDatabaseFault(error, 'connecting')
    })
  }

  /** One statement on any connection. (pg's own asks with callbacks, which pass by the promises that we look at.) */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  override async query(...given: any[]): Promise<any> {
    const client: pg.PoolClient = await this.connect()
    try {
      const [text, values] = given
      return await client.query(text, values)
    } finally {
      client.release()
    }
  }
}

/**
 * Which database answers, as one opaque text, for receipts and heartbeats: the cluster by its system identifier, its
 * history by its timeline (each failover and each recovery from an archive begins another), the database in it by its
 * number. When it changes, what the former one confirmed last may be lost. Null: not known, on a standby for example.
 */
export function databaseIdentity(pool: pg.Pool): string | null {
  return pool instanceof DatabasePool ? pool.identity : null
}

function keepNoFaulty(client: pg.PoolClient): pg.PoolClient {
  const release = client.release
  client.release = reason => release(reason || (client instanceof DatabaseClient && client.fault !== null))
  return client
}

import pg from 'pg'
import { DatabaseClient } from './database-client.ts'
import { toDatabaseFault } from './to-database-fault.ts'

/** Connections that throw a DatabaseFault for what is the database's fault; one that had such a fault is not used again. */
export class DatabasePool extends pg.Pool {
  constructor(options: pg.PoolConfig) {
    super({ ...options, Client: DatabaseClient })
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

function keepNoFaulty(client: pg.PoolClient): pg.PoolClient {
  const release = client.release
  client.release = reason => release(reason || (client instanceof DatabaseClient && client.fault !== null))
  return client
}

import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Database, openDatabase } from './database.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'

export interface ConfiguredDatabaseOptions {
  /** An external server. Unset: the embedded one, in `<dataDir>/postgres`. */
  databaseUrl?: string | null | undefined
  dataDir: string
  log: Logger
  /** Connections at most. */
  max?: number
}

/** The database of these settings, open but not migrated. Behind `url` both kinds are the same. */
export async function openConfiguredDatabase(
  options: ConfiguredDatabaseOptions,
): Promise<Database & { url: string }> {
  const { databaseUrl, dataDir, log, max } = options
  const pooling = max === undefined ? {} : { max }
  if (databaseUrl) return { ...openDatabase({ url: databaseUrl, log, ...pooling }), url: databaseUrl }

  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), log })
  const { db, pool, close } = openDatabase({ url: server.url, log, ...pooling })
  const closeBoth = async () => {
    await close()
    await server.stop()
  }
  return { db, pool, url: server.url, close: closeBoth }
}

import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { migrate, missingMigrations } from '../db/migrate.ts'
import { openConfiguredDatabase } from '../db/open-configured-database.ts'
import { loadConfigOrExit } from '../load-config-or-exit.ts'
import { createLogger, type Logger } from '../log/logger.ts'

/**
 * Runs a command on the database of the settings; the embedded one is shared with a server that runs. The tables are
 * brought up to date first, so that a token can be made before the server was ever started; a command that changes
 * nothing takes them as they are, and so works on a standby and beside a migration.
 */
export async function withDatabase(
  command: (context: Database & { config: Config; log: Logger; signal: AbortSignal }) => Promise<void>,
  { tables = 'made' }: { tables?: 'made' | 'needed' | 'any' } = {},
): Promise<void> {
  const config = loadConfigOrExit(process.env)
  const { logDir, dataDir, databaseUrl } = config
  // A command's result is its output: only what is wrong is worth a line, unless more is asked for.
  const level = process.env.LOG_LEVEL ? config.logLevel : 'warn'
  const { log, close: closeLog } = createLogger({ logDir, level, toStderr: true })
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort()).once('SIGTERM', () => stopping.abort())
  try {
    const database = await openConfiguredDatabase({ dataDir, log, ...(databaseUrl && { databaseUrl }) })
    try {
      if (tables === 'made') await migrate({ pool: database.pool, log, signal: stopping.signal })
      if (tables === 'needed') await refuseOtherTables(database)
      await command({ ...database, config, log, signal: stopping.signal })
    } finally {
      await database.close()
    }
  } finally {
    await closeLog()
  }
}

async function refuseOtherTables({ pool }: Database): Promise<void> {
  const missing = await missingMigrations({ pool })
  if (missing.length === 0) return
  throw new Error(
    `The database does not have the tables of this version yet (${missing.join(', ')} missing). ` +
      '`debrief migrate` makes them, and so does the server at its start.',
  )
}

import type { AddressInfo } from 'node:net'
import { buildApp } from './app.ts'
import { pictureDrawer } from './charts/draw-pictures.ts'
import type { Config } from './config.ts'
import type { ServerState } from './context.ts'
import type { Database } from './db/database.ts'
import { openConfiguredDatabase } from './db/open-configured-database.ts'
import { startDiscord } from './discord/start-discord.ts'
import type { Logger } from './log/logger.ts'
import { keepPreparing, prepareDatabase } from './prepare-database.ts'

export interface RunningServer {
  /** Where this machine reaches it. */
  url: string
  database: Database
  /** Answers what is under way, then lets go of everything. */
  close(): Promise<void>
}

/** The whole server: database, tables, token, HTTP. An external database that is away delays nothing: see `/readyz`. */
export async function startServer({ config, log }: { config: Config; log: Logger }): Promise<RunningServer> {
  const { dataDir, databaseUrl, ingest } = config
  const database = await openConfiguredDatabase({ dataDir, log, ...(databaseUrl && { databaseUrl }) })
  const state: ServerState = { databasePrepared: false, shuttingDown: false, discord: 'off' }
  const pictures = pictureDrawer({ log })
  const deps = { db: database.db, pool: database.pool, log, state, pictures }
  const stopping = new AbortController()
  try {
    const prepared = await prepareDatabase(deps, ingest)
    const app = await buildApp({ ...deps, config })
    const url = await listen(app, config)
    const preparing = prepared ? Promise.resolve() : keepPreparing(deps, ingest, stopping.signal)
    const discord = startDiscord({ ...deps, config })
    log.info({ url, database: databaseUrl ? 'external' : 'embedded' }, `Listening on ${url}`)
    return {
      url,
      database,
      async close() {
        stopping.abort()
        await Promise.all([app.close(), discord.stop()])
        await preparing
        await pictures.close()
        await database.close()
      },
    }
  } catch (error) {
    await pictures.close()
    await database.close()
    throw error
  }
}

async function listen(
  app: Awaited<ReturnType<typeof buildApp>>,
  { host, port, tls }: Config,
): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new Error(
        `Port ${port} of ${host} is taken by another program. End it, or set PORT to another one.`,
        {
          cause: error,
        },
      )
    }
    throw error
  }
  const address = app.server.address() as AddressInfo
  return `${tls ? 'https' : 'http'}://${reachable(address)}:${address.port}`
}

/** "All addresses" is no address that a browser can open. */
function reachable({ address, family }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return 'localhost'
  return family === 'IPv6' ? `[${address}]` : address
}

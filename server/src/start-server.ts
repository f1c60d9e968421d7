import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from './app.ts'
import { pictureDrawer } from './charts/draw-pictures.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import { DatabaseAway, DatabaseFault } from './db/database-fault.ts'
import { openConfiguredDatabase } from './db/open-configured-database.ts'
import { startDiscord } from './discord/start-discord.ts'
import type { Logger } from './log/logger.ts'
import { keepPreparing, prepareDatabase } from './prepare-database.ts'
import { newTelling, type ServerState } from './server-state.ts'
import { keepCertificate } from './tls/keep-certificate.ts'
import { keepHouse } from './upkeep/keep-house.ts'
import { keepRenewing } from './upkeep/keep-renewing.ts'
import { keepStatistics } from './upkeep/keep-statistics.ts'
import { keepSumming } from './upkeep/keep-summing.ts'

export interface RunningServer {
  /** Where this machine reaches it. */
  url: string
  database: Database
  /**
   * Tells /readyz that it stops, serves on for `drainSeconds` so that a balancer can turn away, answers what is under
   * way, and lets go of everything.
   */
  close(): Promise<void>
}

/** A database that works is prepared by then; for another one the port is opened all the same. */
const FIRST_LOOK_MS = 3_000

/** The whole server: database, tables, token, HTTP. An external database that is away delays nothing: see `/readyz`. */
export async function startServer({ config, log }: { config: Config; log: Logger }): Promise<RunningServer> {
  const { databaseUrl, ingest } = config
  const database = await openConfiguredDatabase({ ...config, log, max: config.databasePoolSize })
  const state: ServerState = {
    databasePrepared: false,
    shuttingDown: false,
    discord: 'off',
    telling: newTelling(),
  }
  const pictures = pictureDrawer({ log })
  const context = { db: database.db, pool: database.pool, log, state, pictures }
  const stopping = new AbortController()
  try {
    const preparation = { ...context, ingest }
    const attempt = prepareDatabase(preparation, stopping.signal)
    await Promise.race([attempt.catch(error => refuseHopeless(error, config)), sleep(FIRST_LOOK_MS)])
    const app = await buildApp({ ...context, config })
    const url = await listen(app, config)
    const preparing = keepPreparing(preparation, stopping.signal, attempt)
    const upkeep = keepHouse({ ...context, config }, stopping.signal)
    const renewing = keepRenewing({ ...context, ...config }, stopping.signal)
    const certificate = keepCertificate({ ...context, ...config, server: app.server }, stopping.signal)
    const summing = keepSumming(context, stopping.signal)
    const statistics = keepStatistics(context, stopping.signal)
    const discord = startDiscord({ ...context, config })
    log.info({ url, database: databaseUrl ? 'external' : 'embedded' }, `Listening on ${url}`)
    return {
      url,
      database,
      async close() {
        stopping.abort()
        state.draining = true
        // The bot first: another process may lead, and post, while this one still answers.
        const stopped = discord.stop()
        await sleep(config.drainSeconds * 1000)
        await Promise.all([app.close(), stopped])
        await Promise.all([preparing, upkeep, renewing, certificate, summing, statistics])
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

/**
 * An external database may come, or be mended, while we wait. What is wrong with the embedded one stays so, and so does
 * a fault of ours.
 */
function refuseHopeless(error: unknown, { databaseUrl }: Config): void {
  if (!(error instanceof DatabaseFault)) throw error
  if (databaseUrl === null && !(error instanceof DatabaseAway)) throw error
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

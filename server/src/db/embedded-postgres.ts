import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createDatabase } from './embedded/create-database.ts'
import { openFolder } from './embedded/open-folder.ts'
import { postgresBinaries } from './embedded/postgres-binaries.ts'
import type { RunningPostgres } from './embedded/running-postgres.ts'
import { startOrAdopt } from './embedded/start-or-adopt.ts'

export interface EmbeddedPostgres {
  /** Valid as long as this process has not called `stop`, over restarts of the server too. */
  url: string
  /** Was it running already, started by another process on the same folder? */
  adopted: boolean
  /** Ends the server if this process started it. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  dataDir: string
  log: Logger
  /** More settings of the server, `name=value`. Tests use `fsync=off`; nobody with data to keep should. */
  pgOptions?: string[]
}

/**
 * A real PostgreSQL server on a folder, reached by a Unix socket that only this user can open, for people who have no
 * database server. If one runs on the folder already (the service does, and this is a tool), that one is used. It ends
 * with this process, also when this is killed, and is started again when it ends by itself or its owner does.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, pgOptions = [] } = options
  const folder = await openFolder(options.dataDir, await postgresBinaries())
  const start = () => startOrAdopt({ folder, pgOptions, log })
  let running = await start()
  await createDatabase(folder)

  const stopping = new AbortController()
  const supervision = supervise()
  return { url: folder.url, adopted: running.adopted, stop }

  async function stop(): Promise<void> {
    stopping.abort()
    await running.stop()
    await supervision
  }

  async function supervise(): Promise<void> {
    while (!stopping.signal.aborted) {
      await running.ended
      if (stopping.signal.aborted) return
      log.warn({ dataDir: options.dataDir }, whyItEnded(running))
      await startAgain()
    }
  }

  /** Tries for ever: the server may have ended because the disk was full, and somebody will clear it. */
  async function startAgain(): Promise<void> {
    for (let wait = 500; !stopping.signal.aborted; wait = Math.min(wait * 2, 30_000)) {
      try {
        running = await start()
        // stop() may have come while we waited, and have stopped the one before.
        if (stopping.signal.aborted) await running.stop()
        return
      } catch (error) {
        log.error({ err: error }, `The embedded PostgreSQL does not start; trying again in ${wait / 1000} s.`)
        await delay(wait, undefined, { ref: false, signal: stopping.signal }).catch(() => {})
      }
    }
  }
}

function whyItEnded(running: RunningPostgres): string {
  if (running.adopted)
    return 'The process that ran the embedded PostgreSQL has ended; this one starts the server again and goes on.'
  return `The embedded PostgreSQL ended by itself and is started again. Its last words: ${running.lastWords()}`
}

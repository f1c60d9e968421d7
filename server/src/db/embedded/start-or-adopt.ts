import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { answers } from './answers.ts'
import { createCluster } from './create-cluster.ts'
import { makeSocketDir } from './make-socket-dir.ts'
import type { Folder } from './open-folder.ts'
import { postmasterPid, removeStaleLock } from './postmaster-pid.ts'
import type { RunningPostgres } from './running-postgres.ts'
import { spawnPostgres } from './spawn-postgres.ts'

export interface StartOptions {
  folder: Folder
  pgOptions: string[]
  log: Logger
}

/** Uses the server that runs on the folder, or starts one. Of two processes that try at once, one starts it. */
export async function startOrAdopt(options: StartOptions): Promise<RunningPostgres> {
  const { folder, pgOptions, log } = options
  await createCluster(folder, { durable: !pgOptions.includes('fsync=off') })
  const deadline = Date.now() + patience
  while (Date.now() < deadline) {
    await removeStaleLock(folder.cluster)
    const pid = postmasterPid(folder.cluster)
    if (pid === undefined) {
      const started = await startOne(options, deadline)
      if (started !== 'another was faster') return started
    } else if (await answers(folder)) {
      log.debug({ pid, folder: folder.root }, 'The embedded PostgreSQL is running already.')
      return adopt(folder.cluster)
    }
    // It is starting up (after a crash it first repairs itself) or shutting down.
    await delay(pollEvery)
  }
  throw new Error(
    `Process ${postmasterPid(folder.cluster) ?? 'of another program'} holds the database in ${folder.root}, but does ` +
      `not answer for ${patience / 1000} s. End it, or set DATA_DIR to another folder.`,
  )
}

/** After a crash PostgreSQL replays its log, which takes seconds for our amounts. */
const patience = 120_000
const pollEvery = 25

async function startOne(
  { folder, pgOptions, log }: StartOptions,
  deadline: number,
): Promise<RunningPostgres | 'another was faster'> {
  await makeSocketDir(folder)
  const server = spawnPostgres(folder, pgOptions, log)
  let gone = false
  void server.ended.then(() => {
    gone = true
  })
  while (!gone && Date.now() < deadline) {
    // The lock file first: while another process's server is answering, ours has not.
    if (postmasterPid(folder.cluster) === server.pid && (await answers(folder))) return server
    await delay(pollEvery)
  }
  const said = server.lastWords()
  if (gone && said.includes('lock file "postmaster.pid" already exists')) return 'another was faster'
  await server.stop()
  throw new Error(
    `The embedded PostgreSQL in ${folder.root} does not start. It said: ${said === '' ? 'nothing' : said} ` +
      'Mend that, or set DATABASE_URL to a PostgreSQL server, version 15 or newer.',
  )
}

function adopt(cluster: string): RunningPostgres {
  const over = new AbortController()
  const ended = (async () => {
    while (!over.signal.aborted && postmasterPid(cluster) !== undefined)
      await delay(500, undefined, { ref: false, signal: over.signal }).catch(() => {})
  })()
  return {
    adopted: true,
    ended,
    lastWords: () => '',
    stop: async () => over.abort(),
  }
}

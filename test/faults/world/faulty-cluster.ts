import { join } from 'node:path'
import { pino } from 'pino'
import type { Test } from 'tap'
import { type Database, openDatabase } from '../../../server/src/db/database.ts'
import { postmasterPid } from '../../../server/src/db/embedded/postmaster-pid.ts'
import { startEmbeddedPostgres } from '../../../server/src/db/embedded-postgres.ts'
import { migrate } from '../../../server/src/db/migrate.ts'
import { shortFolder } from '../../support/short-folder.ts'
import { withClient } from '../../support/test-database/database-url.ts'
import { until } from '../../support/until.ts'
import { type SmallDisk, smallDisk } from './small-disk.ts'

export interface FaultyCluster extends Database {
  url: string
  /** Null where this user may not mount one. */
  disk: SmallDisk | null
  /** `kill -9`; another process of PostgreSQL is started over the same files at once. */
  kill(): void
  endSessions(): Promise<void>
  /** From another database: this one may take no connections. */
  alter(change: string): Promise<void>
  answers(): Promise<void>
}

const log = pino({ level: 'silent' })
const MEGABYTES = 320

/**
 * A PostgreSQL of its own, migrated, which can be killed and whose disk can be full. It loses nothing by a kill:
 * without fsync only a power cut would.
 */
export async function faultyCluster(t: Test): Promise<FaultyCluster> {
  const disk = smallDisk(t, MEGABYTES * 1024)
  const dataDir = join(disk?.path ?? shortFolder(t), 'pg')
  const pgOptions = ['fsync=off', 'max_wal_size=48MB', 'min_wal_size=32MB', 'max_connections=150']
  const postgres = await startEmbeddedPostgres({ dataDir, log, pgOptions })
  t.teardown(() => postgres.stop())
  const { url } = postgres
  const database = openDatabase({ url, log })
  t.teardown(() => database.close())
  await migrate({ pool: database.pool, log })

  const name = new URL(url).pathname.slice(1)
  const elsewhere = (statement: string) => {
    const other = new URL(url)
    other.pathname = '/postgres'
    return insist(() => withClient(other.href, client => client.query(statement)))
  }
  return {
    ...database,
    url,
    disk,
    kill() {
      const pid = postmasterPid(join(dataDir, 'cluster'))
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
    },
    endSessions: () =>
      elsewhere(
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
      ),
    alter: change => elsewhere(`alter database ${name} ${change}`),
    answers: () =>
      until('the database answers', () =>
        withClient(url, client => client.query('select')).then(
          () => true,
          () => false,
        ),
      ),
  }
}

/** An earlier fault may not be over. */
async function insist(work: () => Promise<unknown>): Promise<void> {
  let last: unknown
  for (const end = performance.now() + 30_000; performance.now() < end; ) {
    try {
      await work()
      return
    } catch (error) {
      last = error
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  throw new Error('The database did not come back for the test itself.', { cause: last })
}

import { setTimeout as sleep } from 'node:timers/promises'
import { backoff } from '@debrief/shared'
import { type Kysely, sql } from 'kysely'
import { DatabaseFault } from '../db/database-fault.ts'
import type { DB } from '../db/tables.ts'
import { RULES_VERSION } from '../derive/rules-version.ts'
import { rereadFile } from '../import/reread-file.ts'
import type { Logger } from '../log/logger.ts'
import type { ServerState } from '../server-state.ts'

interface Context {
  db: Kysely<DB>
  log: Logger
  sessionGapMinutes: number
  state: Pick<ServerState, 'databasePrepared' | 'readOnly' | 'renewal'>
}

/** How soon a database that is not ready is looked at again. */
const WAIT = { baseMs: 500, capMs: 30_000 }
/** Half of the time at the most: uploads that come meanwhile find the game server’s row free. */
const REST_FACTOR = 1
const SHORTEST_REST_MS = 5
const BATCH = 100
const TELL_EVERY_MS = 10_000

/**
 * Makes anew what older rules made of the stored files, and reads again what they refused: newest first, one file and
 * one transaction at a time, beside uploads. A server that is stopped in between goes on where it was; of two, each
 * finds what the other did done. Posts of changed rounds are edited by the events that this leaves; none is sent anew.
 * Ends when nothing is left, or when `signal` aborts.
 */
export async function keepRenewing(context: Context, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    if (context.state.databasePrepared && context.state.readOnly !== true) {
      try {
        await renewAll(context, signal)
        return
      } catch (err) {
        if (signal.aborted) return
        if (!(err instanceof DatabaseFault))
          context.log.error({ err }, 'Old rounds could not be made anew; tried again')
      }
    }
    await sleep(backoff(WAIT, failures + 1), undefined, { signal }).catch(() => undefined)
  }
}

/** Returns the number of files that this process read again. */
export async function renewAll(
  { db, log, sessionGapMinutes, state }: Context,
  signal: AbortSignal,
): Promise<number> {
  const total = await countOld(db)
  if (total === 0) return 0
  log.info(
    { files: total, rules: RULES_VERSION },
    `${total} files were read by older rules; they are read again`,
  )
  state.renewal = { done: 0, total }
  const failed = new Set<number>()
  let toldAt = performance.now()
  try {
    for (let batch = await nextOld(db, failed); batch.length > 0; batch = await nextOld(db, failed)) {
      for (const { fileId, serverId } of batch) {
        signal.throwIfAborted()
        const startedAt = performance.now()
        await renewFile({ db, log, sessionGapMinutes }, serverId, fileId).catch(err => {
          if (err instanceof DatabaseFault) throw err
          failed.add(fileId)
          log.error({ err, fileId }, `The stored file ${fileId} could not be read again; its old rows stay`)
        })
        state.renewal.done += 1
        if (performance.now() - toldAt > TELL_EVERY_MS) {
          toldAt = performance.now()
          log.info({ ...state.renewal }, `Read again: ${state.renewal.done} of ${total} files`)
        }
        const rest = Math.max((performance.now() - startedAt) * REST_FACTOR, SHORTEST_REST_MS)
        await sleep(rest, undefined, { signal })
      }
    }
    log.info(
      { ...state.renewal, failed: failed.size },
      `All ${total} files are read by the rules of this version`,
    )
    return state.renewal.done
  } finally {
    state.renewal = null
  }
}

async function renewFile(
  { db, sessionGapMinutes }: Omit<Context, 'state'>,
  serverId: number,
  fileId: number,
): Promise<void> {
  await db
    .transaction()
    .execute(trx => rereadFile(trx, { serverId, sessionGapMinutes }, fileId, { rewrite: false }))
}

export async function countOld(db: Kysely<DB>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (select count(*) from processed_files where rules_version is null)
      + (select count(*) from processed_files where rules_version < ${RULES_VERSION}) as count`.execute(db)
  return rows[0]?.count ?? 0
}

/** By two index scans: a plain "is distinct from" would read the whole table for each batch. */
async function nextOld(
  db: Kysely<DB>,
  failed: ReadonlySet<number>,
): Promise<{ fileId: number; serverId: number }[]> {
  const but = [...failed]
  const { rows } = await sql<{ fileId: number; serverId: number }>`
    (select file_id as "fileId", server_id as "serverId" from processed_files
      where rules_version is null and file_id <> all(${but}::bigint[]) order by file_id desc limit ${BATCH})
    union all
    (select file_id, server_id from processed_files
      where rules_version < ${RULES_VERSION} and file_id <> all(${but}::bigint[])
      order by rules_version desc, file_id desc limit ${BATCH})
    order by 1 desc limit ${BATCH}`.execute(db)
  return rows
}

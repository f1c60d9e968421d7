import { setImmediate as breathe } from 'node:timers/promises'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import { loadJoins } from '../report/players/joins.ts'
import { type Checkpoint, newestCheckpoint, PAGE, storeCheckpoint } from './checkpoints.ts'
import type { RatedMap, RatedResult } from './rated-map.ts'
import { RATING_RULES, replay } from './replay.ts'
import { settleMarks } from './settle-marks.ts'

/** Refreshes under way: who asks meanwhile waits for the next one, which sees what he has just written. */
const underWay = new WeakMap<Kysely<DB>, { running: Promise<void>; next: Promise<void> | null }>()

/**
 * Brings the ratings up to what the rounds say now. Nothing changed: one statement. A round more: a few. Late data: all
 * results after it are rated again, 0.1 ms each, without holding up what else the process does. Two processes on one
 * database take turns.
 */
export async function refreshRatings(db: Kysely<DB>): Promise<void> {
  if (await isFresh(db)) return
  const current = underWay.get(db)
  if (!current) return begin(db)
  current.next ??= current.running.catch(() => undefined).then(() => begin(db))
  return current.next
}

function begin(db: Kysely<DB>): Promise<void> {
  const running = work(db).finally(() => {
    if (underWay.get(db)?.running === running) underWay.delete(db)
  })
  underWay.set(db, { running, next: null })
  return running
}

async function work(db: Kysely<DB>): Promise<void> {
  while (await inTurn(db, settleMarks)) await breathe()
  while (await inTurn(db, replayPage)) await breathe()
}

/** Nothing is marked, and the newest checkpoint is of these rules and stands behind all results. */
async function isFresh(db: Kysely<DB>): Promise<boolean> {
  // The last of each by its index. Asked for whether any stands behind, the planner reads all results to find none.
  const last = sql`order by ended_at desc, filename desc, server_id desc limit 1`
  const { rows } = await sql<{ fresh: boolean }>`
    select not exists (select from rating_marks) and coalesce((
      select c.rules = ${rulesNow()} and
        (m.ended_at, m.filename, m.server_id) <= (c.ended_at, c.filename, c.server_id)
      from (select ended_at, filename, server_id, rules from rating_checkpoints ${last}) c,
        (select ended_at, filename, server_id from rated_maps ${last}) m
    ), not exists (select from rated_maps)) as fresh`.execute(db)
  return rows[0]?.fresh ?? false
}

/** Our arithmetic and who is who: where an admin joins two GUIDs, all is rated anew. */
function rulesNow(): RawBuilder<string> {
  return sql<string>`(select concat_ws(', joined ', ${RATING_RULES}::text,
    md5(string_agg(player_guid || ' ' || main_guid, ' ' order by player_guid))) from player_joins)`
}

/** One refresher at a time: the lock is taken before the snapshot, so that each sees what the one before has done. */
function inTurn<T>(db: Kysely<DB>, step: (trx: Kysely<DB>) => Promise<T>): Promise<T> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async trx => {
      await sql`lock table rating_checkpoints in share row exclusive mode`.execute(trx)
      return step(trx)
    })
}

/** Rates the results up to the next place that is kept. Returns whether there may be more. */
async function replayPage(trx: Kysely<DB>): Promise<boolean> {
  await sql`delete from rating_checkpoints where rules <> ${rulesNow()}`.execute(trx)
  const from = await newestCheckpoint(trx)
  const room = PAGE - ((from?.results ?? 0) % PAGE)
  const maps = await resultsAfter(trx, from, room)
  const last = maps.at(-1)
  if (!last) return false
  const ratings = from?.ratings ?? new Map()
  const playerOf = await loadJoins(trx)
  for (let index = 0; index < maps.length; index += AT_ONCE) {
    replay(ratings, maps.slice(index, index + AT_ONCE), playerOf)
    await breathe()
  }
  const results = (from?.results ?? 0) + maps.length
  await storeCheckpoint(trx, { ...last, results, ratings }, rulesNow())
  return maps.length === room
}

/** Results between two breaths: some milliseconds. */
const AT_ONCE = 25

async function resultsAfter(trx: Kysely<DB>, from: Checkpoint | null, limit: number): Promise<RatedMap[]> {
  const { rows } = await sql<{ ended_at: Date; filename: string; server_id: number; result: RatedResult }>`
    select ended_at, filename, server_id, result from rated_maps
    where ${from ? sql`(ended_at, filename, server_id) > (${from.endedAt}, ${from.filename}, ${from.serverId})` : sql`true`}
    order by ended_at, filename, server_id limit ${limit}`.execute(trx)
  return rows.map(({ ended_at: endedAt, filename, server_id: serverId, result }) => ({
    endedAt,
    filename,
    serverId,
    result,
  }))
}

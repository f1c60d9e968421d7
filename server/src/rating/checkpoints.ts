import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { Ratings } from './replay.ts'

/** Everybody's rating after the result at this place. */
export interface Checkpoint {
  endedAt: Date
  filename: string
  serverId: number
  /** Results up to here. */
  results: number
  ratings: Ratings
}

/**
 * Results between two checkpoints that are kept: a result that comes late is followed by so many more at the least that
 * are rated again, some 50 ms. At 50 000 results and 2 000 players all of them take a few megabytes.
 */
export const PAGE = 500

function newest(db: Kysely<DB>) {
  return db
    .selectFrom('rating_checkpoints')
    .orderBy('ended_at', 'desc')
    .orderBy('filename', 'desc')
    .orderBy('server_id', 'desc')
    .limit(1)
}

/** Differs with every checkpoint that is stored; empty: there is none. */
export async function newestVersion(db: Kysely<DB>): Promise<string> {
  const row = await newest(db)
    // The place in the table too: of one transaction there may be several.
    .select(sql<string>`concat_ws(' ', xmin, ctid, ended_at, filename, server_id, results)`.as('version'))
    .executeTakeFirst()
  return row?.version ?? ''
}

/** Null: nothing is rated yet. */
export async function newestCheckpoint(db: Kysely<DB>): Promise<Checkpoint | null> {
  const row = await newest(db)
    .select(['ended_at as endedAt', 'filename', 'server_id as serverId', 'results', 'ratings'])
    .executeTakeFirst()
  if (!row) return null
  return {
    ...row,
    ratings: new Map(
      row.ratings.map(([guid, mu, sigma, maps, lastAt]) => [guid, { mu, sigma, maps, lastAt }]),
    ),
  }
}

/** Keeps the ratings after a page of results; those in the middle of a page give way to newer ones. */
export async function storeCheckpoint(
  trx: Kysely<DB>,
  { endedAt, filename, serverId, results, ratings }: Checkpoint,
  rules: RawBuilder<string>,
): Promise<void> {
  await trx
    .deleteFrom('rating_checkpoints')
    // Written out, as in its index: there are few of them among many.
    .where(sql<boolean>`results % ${sql.lit(PAGE)} <> 0`)
    .execute()
  const rows = [...ratings].map(([guid, { mu, sigma, maps, lastAt }]) => [guid, mu, sigma, maps, lastAt])
  await trx
    .insertInto('rating_checkpoints')
    .values({
      ...{ ended_at: endedAt, filename, server_id: serverId, results },
      ...{ rules, ratings: JSON.stringify(rows) },
    })
    .execute()
}

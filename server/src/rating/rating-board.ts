import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { newestCheckpoint, newestVersion } from './checkpoints.ts'
import { refreshRatings } from './refresh-ratings.ts'
import { type PlayerRating, shownRating } from './replay.ts'

/** Under this many maps the number says more about luck than about the player. */
const FEWEST_MAPS = 5

/** A player's place among all; `guid` as joined by an admin. */
export interface RatedPlayer extends PlayerRating {
  guid: string
  /** `mu - 3 sigma`. */
  rating: number
}

/** All with at least `FEWEST_MAPS` rated maps, the best first. */
export async function ratingBoard(db: Kysely<DB>): Promise<RatedPlayer[]> {
  return [...(await currentRatings(db))]
    .map(([guid, rating]): RatedPlayer => ({ guid, ...rating, rating: shownRating(rating) }))
    .filter(({ maps }) => maps >= FEWEST_MAPS)
    .sort((a, b) => b.rating - a.rating || b.maps - a.maps || (a.guid < b.guid ? -1 : 1))
}

/**
 * One player's rating. `rating` is null under `FEWEST_MAPS` maps. Null: he has played no rated map.
 */
export async function ratingOf(
  db: Kysely<DB>,
  guid: string,
): Promise<(PlayerRating & { rating: number | null }) | null> {
  const own = (await currentRatings(db)).get(guid)
  return own ? { ...own, rating: own.maps < FEWEST_MAPS ? null : shownRating(own) } : null
}

/**
 * Everybody's rating, brought up to date first. Within a transaction the reader sees what stood when it began: he calls
 * `refreshRatings` before it.
 */
export async function currentRatings(db: Kysely<DB>): Promise<ReadonlyMap<string, PlayerRating>> {
  if (db.isTransaction) return (await newestCheckpoint(db))?.ratings ?? new Map()
  await refreshRatings(db)
  const version = await newestVersion(db)
  const known = kept.get(db)
  if (known?.version === version) return known.ratings
  const ratings = (await newestCheckpoint(db))?.ratings ?? new Map()
  // A newer one that came meanwhile is read again next time, under its own version.
  kept.set(db, { version, ratings })
  return ratings
}

/** Of two thousand players to be parsed takes longer than all else on the board. */
const kept = new WeakMap<Kysely<DB>, { version: string; ratings: ReadonlyMap<string, PlayerRating> }>()

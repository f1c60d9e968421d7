import type { Kysely } from 'kysely'
import type pg from 'pg'
import type { Database } from '../../db/database.ts'
import { DatabaseClient } from '../../db/database-client.ts'
import type { DB } from '../../db/tables.ts'
import { refreshRatings } from '../../rating/refresh-ratings.ts'
import { settleFigures } from '../../report/players/settle-figures.ts'
import { planEvenings, SERVERS } from './calendar.ts'
import { deriveEvening, type SeededServer } from './derive-evening.ts'
import { evening, type WrittenFile } from './evening.ts'
import { finishTables, insertRows } from './insert-rows.ts'
import { seededRandom } from './random.ts'
import { makeRoster } from './roster.ts'
import { noRows, SEEDED_TABLES } from './seeded-rows.ts'

export interface SeedOptions {
  rounds: number
  players: number
  seed: number
  /** The newest evening is of the day before. */
  until: Date
  onProgress?: (step: 'rounds' | 'sums', done: number, total: number) => void
  signal?: AbortSignal
}

/**
 * Fills an empty, migrated database with an invented history: the same for the same options. Files are written by us,
 * all rows are made of them by the functions that imports use, and only the way into the tables is another: many rows at
 * a time. Then the sums of the players and the ratings are brought up to date, as the server does it.
 */
export async function seedHistory(
  { db, pool }: Pick<Database, 'db' | 'pool'>,
  options: SeedOptions,
): Promise<void> {
  await refuseFull(db)
  const client = await pool.connect()
  try {
    // Whoever pulls the plug seeds again. Statistics of ten million rows take as long as they take.
    await client.query('set synchronous_commit = off; set statement_timeout = 0')
    if (client instanceof DatabaseClient) client.patienceMs = null
    await insertEvenings(db, client, options)
    await finishTables(client)
    await sumUp(db, options)
    await client.query('vacuum analyze')
  } finally {
    // Not back into the pool: with the session go its settings.
    client.release(true)
  }
}

async function refuseFull(db: Kysely<DB>): Promise<void> {
  const known = await db.selectFrom('game_servers').select('name').limit(1).executeTakeFirst()
  if (known)
    throw new Error(
      `The database is not empty: it has the game server ${known.name}. Name an empty one in DATABASE_URL.`,
    )
}

async function insertEvenings(
  db: Kysely<DB>,
  client: pg.ClientBase,
  { rounds, seed, players, until, onProgress, signal }: SeedOptions,
): Promise<void> {
  const random = seededRandom(seed)
  const roster = makeRoster(random, players, SERVERS.length)
  const plans = planEvenings(random, rounds, until)
  const servers = await addServers(db)
  const maps = plans.reduce((total, plan) => total + plan.maps, 0)
  const newcomers = { waiting: [...roster.people], maps: Math.ceil(maps * INTRODUCTION) }
  const numbers = { file: 0, round: 0, session: 0 }
  // The database stores one portion while the next is made.
  let storing: Promise<void> = Promise.resolve()
  for (let at = 0; at < plans.length && numbers.round < rounds; at += PORTION) {
    const portion = noRows()
    for (const plan of plans.slice(at, at + PORTION)) {
      signal?.throwIfAborted()
      const server = servers[plan.server]
      if (!server) throw new Error(`There is no game server ${plan.server}.`)
      const files = firstRounds([...evening({ random, roster, newcomers, plan })], rounds - numbers.round)
      const rows = deriveEvening(files, server, numbers)
      for (const table of SEEDED_TABLES) portion[table].push(...rows[table])
      await new Promise(resolve => setImmediate(resolve))
    }
    await storing
    onProgress?.('rounds', numbers.round, rounds)
    storing = insertRows(client, portion)
    storing.catch(() => undefined)
  }
  await storing
}

/** Evenings at once. */
const PORTION = 10
/** Everybody has played by then, as a part of all maps. */
const INTRODUCTION = 0.8

function firstRounds(files: readonly WrittenFile[], rounds: number): WrittenFile[] {
  let left = rounds
  return files.filter(({ name }) => {
    if (!name.endsWith('-endstats.txt')) left -= 1
    return left >= 0
  })
}

/** One after the other: the same number for the same server, always. */
async function addServers(db: Kysely<DB>): Promise<SeededServer[]> {
  const servers: SeededServer[] = []
  for (const server of SERVERS) {
    const { server_id, timezone } = await db
      .insertInto('game_servers')
      .values(server)
      .returning(['server_id', 'timezone'])
      .executeTakeFirstOrThrow()
    servers.push({ serverId: server_id, timezone, recent: [] })
  }
  return servers
}

async function sumUp(db: Kysely<DB>, { onProgress, signal }: SeedOptions): Promise<void> {
  const { total } = await db
    .selectFrom('gaming_sessions')
    .select(eb => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  for (let done = 0, more = 1; more > 0; ) {
    signal?.throwIfAborted()
    more = await settleFigures(db)
    done += more
    onProgress?.('sums', Math.min(done, total), total)
  }
  await refreshRatings(db)
}

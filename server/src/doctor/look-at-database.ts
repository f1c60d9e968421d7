import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, failed, ok, warning } from '@debrief/shared'
import { pino } from 'pino'
import { listAgents } from '../agents/list-agents.ts'
import { troubledAgents } from '../agents/troubled-agents.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { missingMigrations } from '../db/migrate.ts'
import { openConfiguredDatabase } from '../db/open-configured-database.ts'
import { listOutbox } from '../outbox/by-hand.ts'

/** A post goes out within seconds; one that is older is held up by something. */
const HELD_UP_MS = 10 * 60_000

/** The database, and what only it can tell: its tables, the posts that wait, the agents. Nothing is changed. */
export async function lookAtDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir' | 'databasePoolSize' | 'discord'>,
): Promise<Finding[]> {
  const { databaseUrl, dataDir } = config
  if (databaseUrl === null && !existsSync(join(dataDir, 'postgres')))
    return [warning('database', `There is none yet in ${dataDir}.`, 'The first start makes it: `npm start`.')]
  try {
    const database = await openConfiguredDatabase({
      databaseUrl,
      dataDir,
      log: pino({ level: 'silent' }),
      max: 2,
    })
    try {
      const tables = await lookAtTables(database)
      if (tables.some(({ state }) => state !== 'ok')) return tables
      return [...tables, ...(await lookAtOutbox(database, config)), ...(await lookAtAgents(database))]
    } finally {
      await database.close()
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const advice = databaseUrl
      ? 'Is PostgreSQL running, and are address, account and password in DATABASE_URL right?'
      : 'Is this the user whose server made DATA_DIR? Its own words are in DATA_DIR/postgres/server.log.'
    return [failed('database', reason, advice)]
  }
}

async function lookAtTables({ pool }: Database): Promise<Finding[]> {
  const { rows } = await pool.query<{ version: string; standby: boolean; bytes: number }>(
    `select current_setting('server_version') as version, pg_is_in_recovery() as standby,
      pg_database_size(current_database())::float8 as bytes`,
  )
  const [about] = rows
  const size = `${Math.round((about?.bytes ?? 0) / 1_000_000)} MB`
  const missing = await missingMigrations({ pool })
  if (missing.length > 0)
    return [
      warning(
        'database',
        `PostgreSQL ${about?.version} answers; its tables are not those of this version (${missing.join(', ')} missing).`,
        'The server makes them at its start, and so does `debrief migrate`.',
      ),
    ]
  const standby = about?.standby ? ', a standby: it is read, uploads get 503' : ''
  return [
    ok(
      'database',
      `PostgreSQL ${about?.version} answers${standby}; ${size}, the tables are of this version.`,
    ),
  ]
}

async function lookAtOutbox({ db }: Database, { discord }: Pick<Config, 'discord'>): Promise<Finding[]> {
  const waiting = await listOutbox(db, { all: false })
  const aside = waiting.filter(({ state }) => state === 'set aside')
  const oldest = waiting[0]
  if (aside.length > 0)
    return [
      warning(
        'posts',
        `${aside.length} cannot be posted as they are, the first: ${aside[0]?.lastError ?? 'no reason was kept'}`,
        '`debrief outbox list` shows each; `debrief outbox retry <id>` tries one again, `drop <id>` gives it up.',
      ),
    ]
  if (oldest && discord.token !== null && Date.now() - oldest.createdAt.getTime() > HELD_UP_MS)
    return [
      warning(
        'posts',
        `${waiting.length} wait, the oldest since ${oldest.createdAt.toISOString()}: ${oldest.lastError ?? 'no try yet'}`,
        'See the lines about Discord, and bot.log.',
      ),
    ]
  return [ok('posts', waiting.length === 0 ? 'None waits.' : `${waiting.length} wait for their turn.`)]
}

async function lookAtAgents({ db }: Database): Promise<Finding[]> {
  const agents = await listAgents(db)
  if (agents.length === 0)
    return [
      warning(
        'agents',
        'No agent was heard of yet.',
        '`debrief token create <game-server-name>` prints the lines that install one. By hand: the page /upload.',
      ),
    ]
  const troubled = await troubledAgents(db)
  if (troubled.length === 0) return [ok('agents', `${agents.length} were heard of, none is in trouble.`)]
  return troubled.map(({ server, kind, since, waiting }) =>
    kind === 'silent'
      ? warning(
          'agents',
          `That of ${server} is silent since ${since}.`,
          'On the game server: sudo debrief-agent doctor; journalctl -u debrief-agent -n 20.',
        )
      : warning(
          'agents',
          `That of ${server} holds ${waiting} files, the oldest since ${since}.`,
          'On the game server: sudo debrief-agent status says what they wait for.',
        ),
  )
}

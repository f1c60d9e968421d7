import type { Pool } from 'pg'
import { z } from 'zod'
import type { AppContext } from '../app-context.ts'
import { DatabaseFault } from '../db/database-fault.ts'
import { missingMigrations } from '../db/migrate.ts'
import type { ServerState } from '../server-state.ts'
import { VERSION } from '../version.ts'
import type { ZodApp } from './zod-app.ts'

const readySchema = z.object({
  status: z.enum(['ready', 'unready']),
  database: z
    .enum(['up', 'away', 'migrations missing', 'read-only'])
    .describe('`read-only`: a standby. Pages are served, uploads are not taken'),
  reason: z.string().nullable().describe('why it is unready, and what to do'),
  missingMigrations: z.array(z.string()),
  discord: z
    .string()
    .describe('`off`, `connecting`, `online`, or what is wrong; it does not make the server unready'),
  posts: z
    .string()
    .describe(
      '`off` (not by this process, or not now), `fine`, or why they wait; it does not make the server unready',
    ),
})

/** Longer than a database that works ever takes, shorter than a probe waits. */
const PROBE_MS = 2_000

/** `/healthz`: this process answers. `/readyz`: uploads would be stored; `/readyz?for=reading`: pages would be served. */
export function healthRoutes(app: ZodApp, { pool, state }: AppContext): void {
  app.get(
    '/healthz',
    {
      config: { alwaysAnswers: true },
      schema: {
        summary: 'Does the process answer?',
        response: {
          200: z.object({ status: z.literal('ok'), version: z.string(), uptimeSeconds: z.number() }),
        },
      },
    },
    async () => ({ status: 'ok' as const, version: VERSION, uptimeSeconds: Math.round(process.uptime()) }),
  )
  app.get(
    '/readyz',
    {
      config: { alwaysAnswers: true },
      schema: {
        summary: 'Can uploads be stored?',
        querystring: z.object({
          for: z.enum(['uploads', 'reading']).default('uploads').describe('`reading`: can pages be served?'),
        }),
        response: { 200: readySchema, 503: readySchema },
      },
    },
    async (request, reply) => {
      const found = await probe(pool)
      const trouble = troubleOf(found, state)
      const ready = trouble === null || (trouble === READ_ONLY && request.query.for === 'reading')
      if (!ready) reply.code(503).header('retry-after', '3')
      return {
        status: ready ? ('ready' as const) : ('unready' as const),
        database: found.database,
        reason: trouble,
        missingMigrations: found.missing,
        discord: state.discord,
        posts: postsState(state.telling),
      }
    },
  )
}

/** A look at the outbox comes every half minute, and a post takes a second or waits out Discord's limits. */
const STUCK_MS = 120_000

function postsState({ beatAt, trouble }: AppContext['state']['telling']): string {
  if (beatAt === null) return 'off'
  const silentMs = Date.now() - beatAt.getTime()
  if (silentMs > STUCK_MS)
    return `stuck: nothing has moved for ${Math.round(silentMs / 1000)} s; restart the server`
  return trouble ?? 'fine'
}

interface Found {
  database: z.infer<typeof readySchema>['database']
  missing: string[]
  /** What is wrong with the database; null: nothing. */
  trouble: string | null
}

const READ_ONLY = 'The database is a standby: pages are served, uploads are not taken.'

function troubleOf(found: Found, state: ServerState): string | null {
  if (state.shuttingDown || state.draining === true) return 'The server is stopping.'
  if (state.databasePrepared) return found.trouble
  // What the preparation met says more than what the probe sees.
  return state.databaseTrouble ?? found.trouble ?? 'The tables are being made ready.'
}

/** Asks the database itself, for at most two seconds. */
async function probe(pool: Pool): Promise<Found> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<Found>(resolve => {
    timer = setTimeout(() => resolve(away('The database does not answer.')), PROBE_MS)
  })
  try {
    return await Promise.race([look(pool), tooLate])
  } finally {
    clearTimeout(timer)
  }
}

async function look(pool: Pool): Promise<Found> {
  try {
    const missing = await missingMigrations({ pool })
    if (missing.length > 0) {
      const trouble = `The tables are not those of this version: ${missing.join(', ')} missing.`
      return { database: 'migrations missing', missing, trouble }
    }
    const { rows } = await pool.query<{ standby: boolean }>('select pg_is_in_recovery() as standby')
    return rows[0]?.standby === true
      ? { database: 'read-only', missing, trouble: READ_ONLY }
      : { database: 'up', missing, trouble: null }
  } catch (error) {
    return away(error instanceof DatabaseFault ? error.sentence : 'The database cannot be asked.')
  }
}

function away(trouble: string): Found {
  return { database: 'away', missing: [], trouble }
}

import type { Pool } from 'pg'
import { z } from 'zod'
import type { AppContext } from '../context.ts'
import { missingMigrations } from '../db/migrate.ts'
import { VERSION } from '../version.ts'
import type { ZodApp } from './zod-app.ts'

const readySchema = z.object({
  status: z.enum(['ready', 'unready']),
  database: z.enum(['up', 'away', 'migrations missing']),
  missingMigrations: z.array(z.string()),
  discord: z
    .string()
    .describe('`off`, `connecting`, `online`, or what is wrong; it does not make the server unready'),
})

/** Longer than a database that works ever takes, shorter than a probe waits. */
const PROBE_MS = 2_000

/** `/healthz`: this process answers. `/readyz`: uploads would be stored. */
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
      schema: { summary: 'Can uploads be stored?', response: { 200: readySchema, 503: readySchema } },
    },
    async (_request, reply) => {
      const missing = await probe(pool)
      const ready = missing?.length === 0 && state.databasePrepared && !state.shuttingDown
      if (!ready) reply.code(503).header('retry-after', '3')
      return {
        status: ready ? ('ready' as const) : ('unready' as const),
        database:
          missing === null
            ? ('away' as const)
            : missing.length > 0
              ? ('migrations missing' as const)
              : ('up' as const),
        missingMigrations: missing ?? [],
        discord: state.discord,
      }
    },
  )
}

/** The migrations that the database still needs; null where it does not answer. */
async function probe(pool: Pool): Promise<string[] | null> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), PROBE_MS)
  })
  try {
    return await Promise.race([missingMigrations({ pool }).catch(() => null), tooLate])
  } finally {
    clearTimeout(timer)
  }
}

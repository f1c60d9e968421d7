import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Versioned } from './bounded-reads.ts'
import { problemResponses } from './problem-responses.ts'
import type { ReportReads } from './report-reads.ts'
import { RequestFault } from './request-fault.ts'
import { roundReportSchema } from './schemas/round-report-schema.ts'
import { sessionReportSchema, sessionSummarySchema } from './schemas/session-report-schema.ts'
import { wholeNumber } from './whole-number.ts'
import type { ZodApp } from './zod-app.ts'

const number = wholeNumber(1)
const listSchema = z.strictObject({
  limit: wholeNumber(1, 100).prefault(20).describe('How many sessions, newest first'),
  before: number.optional().describe('Only sessions older than this one: where the next page begins'),
})

/** The report's model for programs: the same as cards, pictures and pages show. Needs no token. */
export function jsonRoutes(app: ZodApp, reports: ReportReads): void {
  const send = jsonSender()

  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache')
  })

  app.get(
    '/api/v1/sessions',
    {
      schema: {
        summary: 'The sessions, newest first',
        querystring: listSchema,
        response: {
          200: z.object({ sessions: z.array(sessionSummarySchema) }),
          ...problemResponses(400, 429, 503),
        },
      },
    },
    async ({ query: { limit, before = null } }, reply) =>
      send(reply, await reports.sessions({ limit, before }), ({ sessions }) => ({ sessions })),
  )

  const report = { 200: sessionReportSchema, ...problemResponses(400, 404, 429, 503) }
  app.get(
    '/api/v1/sessions/latest',
    { schema: { summary: 'The report of the session with the newest counted round', response: report } },
    async (_request, reply) => {
      const cached = await reports.session('latest')
      if (!cached) throw new RequestFault('not_found', 'No round counts yet.')
      return send(reply, cached)
    },
  )

  app.get(
    '/api/v1/sessions/:session',
    {
      schema: {
        summary: 'The report of a session',
        description: 'Times are ISO 8601 or seconds, ratios of percent are in percent, unknown is `null`.',
        params: z.object({ session: number.describe('Its number') }),
        response: report,
      },
    },
    async ({ params: { session } }, reply) => {
      const cached = await reports.session(session)
      if (!cached) throw new RequestFault('not_found', `There is no session ${session}.`)
      return send(reply, cached)
    },
  )

  app.get(
    '/api/v1/rounds/:round',
    {
      schema: {
        summary: 'One round with its file’s receipt, the seven checks and its warnings',
        params: z.object({ round: number.describe('Its id, as a receipt tells it') }),
        response: { 200: roundReportSchema, ...problemResponses(400, 404, 429, 503) },
      },
    },
    async ({ params: { round } }, reply) => {
      const cached = await reports.round(round)
      if (!cached) throw new RequestFault('not_found', `There is no round ${round}.`)
      return send(reply, cached)
    },
  )
}

/**
 * Writes each state of a value as JSON once: a hundred sessions are half a megabyte, and the process has one loop. The
 * types of the routes hold the values to their schemas.
 */
function jsonSender() {
  const texts = new WeakMap<object, string>()
  return function send<T>(
    reply: FastifyReply,
    cached: Versioned<T>,
    shown: (value: T) => unknown = value => value,
  ): FastifyReply {
    const text = texts.get(cached) ?? JSON.stringify(shown(cached.value))
    texts.set(cached, text)
    return reply
      .type('application/json; charset=utf-8')
      .serializer((body: unknown) => String(body))
      .send(text)
  }
}

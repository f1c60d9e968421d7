import { z } from 'zod'
import type { AppContext } from '../../app-context.ts'
import { problemResponses } from '../problem-responses.ts'
import type { ReportReads } from '../report-reads.ts'
import { RequestFault } from '../request-fault.ts'
import type { ZodApp } from '../zod-app.ts'
import { liveReaders } from './live-readers.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its answer has no end: how long it took says nothing. */
    staysOpen?: boolean
  }
}

/** `/live`: server-sent events, one for each state of the newest session. The page of that session reads them. */
export function liveRoutes(
  app: ZodApp,
  { state, metrics }: Pick<AppContext, 'state' | 'metrics'>,
  reports: Pick<ReportReads, 'session'>,
): void {
  const readers = liveReaders({
    state,
    // Made once for all who will ask for it in a moment.
    async look() {
      const newest = await reports.session('latest')
      return newest && { session: newest.value.session, version: newest.version }
    },
    onCount: count => metrics.liveReaders.set(count),
  })
  app.addHook('preClose', async () => readers.close())
  for (const path of ['/live', '/api/v1/live']) {
    app.get(
      path,
      {
        config: { staysOpen: true },
        exposeHeadRoute: false,
        schema: {
          ...(path === '/live' ? { hide: true } : {}),
          summary: 'Tells when the newest session changes, as it happens',
          description:
            'Server-sent events: `session`, at once and then whenever the report of the newest session is another one, with ' +
            'its number and the version of its data as JSON; both are `null` while no round counts. `/live` is the same.',
          response: {
            200: {
              description: 'Goes on',
              content: { 'text/event-stream': { schema: z.unknown().describe('Text') } },
            },
            ...problemResponses(429, 503),
          },
        },
      },
      async (request, reply) => {
        if (state.draining === true)
          throw new RequestFault('shutting_down', 'The server is stopping; come again.', {
            'retry-after': '5',
          })
        const stream = await readers.join(request.ip)
        if (!stream)
          throw new RequestFault('too_fast', 'As many as can be are reading along; look again later.', {
            'retry-after': '30',
          })
        return (
          reply
            .type('text/event-stream; charset=utf-8')
            .header('cache-control', 'no-store')
            // nginx would collect what we say until a page is full.
            .header('x-accel-buffering', 'no')
            .send(stream)
        )
      },
    )
  }
}

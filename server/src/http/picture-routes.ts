import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { AppContext } from '../app-context.ts'
import { PicturesBusy } from '../charts/draw-pictures.ts'
import type { SessionReport } from '../report/session-report.ts'
import type { ReportReads } from './report-reads.ts'
import { RequestFault } from './request-fault.ts'
import { numberSchema } from './whole-number.ts'
import type { ZodApp } from './zod-app.ts'

const paramsSchema = z.object({ session: numberSchema })

/** The two pictures of a session's report. They are drawn in a process of their own: nothing waits but who asked. */
export function pictureRoutes(
  app: ZodApp,
  { pictures }: Pick<AppContext, 'pictures'>,
  reports: ReportReads,
): void {
  for (const kind of ['performance', 'efficiency'] as const) {
    app.get(`/sessions/:session/${kind}.png`, { schema: { hide: true } }, (request, reply) =>
      send(request, reply, kind),
    )
  }

  async function draw(report: SessionReport) {
    try {
      return await pictures.draw(report, 'reader')
    } catch (error) {
      if (!(error instanceof PicturesBusy)) throw error
      throw new RequestFault('too_fast', error.message, { 'retry-after': '5' })
    }
  }

  async function send(request: FastifyRequest, reply: FastifyReply, kind: 'performance' | 'efficiency') {
    const { data: params } = paramsSchema.safeParse(request.params)
    const cached = params ? await reports.session(params.session) : null
    if (!cached) throw new RequestFault('not_found', 'There is no such session.')
    const { [kind]: png } = await draw(cached.value)
    const isVersioned = z.object({ v: z.literal(cached.version) }).safeParse(request.query).success
    return (
      reply
        .type('image/png')
        // With the version of the data in its address it never changes; else it is asked for anew, by ETag.
        .header('cache-control', isVersioned ? 'public, max-age=31536000, immutable' : 'no-cache')
        // Pictures are for showing around.
        .header('cross-origin-resource-policy', 'cross-origin')
        .send(png)
    )
  }
}

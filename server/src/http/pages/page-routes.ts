import type { AppContext } from '../../app-context.ts'
import type { BoundedReads } from '../bounded-reads.ts'
import type { ReportReads } from '../report-reads.ts'
import type { ZodApp } from '../zod-app.ts'
import { HIDDEN, sendPage } from './page-context.ts'
import { roundRoute } from './round/round-route.ts'
import { sessionRoute } from './session/session-route.ts'
import { sessionsRoute } from './sessions-route.ts'
import { uploadPage } from './upload-page.ts'

/** What people look at. Everything is rendered here, and readable without a script. */
export function pageRoutes(
  app: ZodApp,
  context: AppContext & { reads: BoundedReads },
  reports: ReportReads,
): void {
  const pages = { ...context, reports }
  sessionsRoute(app, pages)
  sessionRoute(app, pages)
  roundRoute(app, pages)
  app.get('/upload', { ...HIDDEN, config: { alwaysAnswers: true } }, async (request, reply) =>
    sendPage(context, request, reply, { page: uploadPage(context.config), path: '/upload' }),
  )
}

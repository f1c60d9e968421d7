import { z } from 'zod'
import { troubledAgents } from '../../agents/troubled-agents.ts'
import { numberSchema } from '../whole-number.ts'
import type { ZodApp } from '../zod-app.ts'
import { HIDDEN, type PageContext, sendPage } from './page-context.ts'
import { sessionsPage } from './sessions-page.ts'

/** Sessions on a page of the list. */
const PAGE_SIZE = 12

const querySchema = z.object({ before: numberSchema.optional().catch(undefined) })

/** `/`: the latest sessions, twelve at a time. */
export function sessionsRoute(app: ZodApp, context: PageContext): void {
  const { db, reads, reports, state } = context
  app.get('/', HIDDEN, async (request, reply) => {
    const before = querySchema.parse(request.query).before ?? null
    const { sessions, faces } = (await reports.sessions({ limit: PAGE_SIZE + 1, before })).value
    const shown = sessions.slice(0, PAGE_SIZE)
    const page = sessionsPage({
      sessions: shown,
      faces,
      agents: await reads.read('troubled agents', () => troubledAgents(db)),
      renewal: state.renewal ?? null,
      isNewest: before === null,
      older: sessions.length > shown.length ? (shown.at(-1)?.session ?? null) : null,
    })
    return sendPage(context, request, reply, { page, path: '/' })
  })
}

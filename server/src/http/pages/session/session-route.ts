import type { FastifyReply, FastifyRequest } from 'fastify'
import { DatabaseFault } from '../../../db/database-fault.ts'
import type { SessionReport } from '../../../report/session-report.ts'
import type { Versioned } from '../../bounded-reads.ts'
import { RequestFault } from '../../request-fault.ts'
import { sendProblem, toProblem } from '../../send-problem.ts'
import type { ZodApp } from '../../zod-app.ts'
import { html } from '../html.ts'
import type { Page } from '../layout.ts'
import { HIDDEN, numberOrThrow, type PageContext, renderedOnce, sendPage } from '../page-context.ts'
import { sessionPage } from './session-page.ts'

/** `/sessions/<number>` and `/sessions/latest`. Cards in Discord lead to the number: while that is the newest it is live. */
export function sessionRoute(app: ZodApp, context: PageContext): void {
  const { reports, log } = context
  const pageOf = renderedOnce(({ value, version }: Versioned<SessionReport>) => sessionPage(value, version))

  app.get('/sessions/latest', HIDDEN, (request, reply) => send(request, reply, 'latest'))
  app.get('/sessions/:session', HIDDEN, (request, reply) =>
    send(request, reply, numberOrThrow(request.params, 'session')),
  )

  async function send(request: FastifyRequest, reply: FastifyReply, session: number | 'latest') {
    let cached: Versioned<SessionReport> | null
    let isNewest = session === 'latest'
    try {
      cached = await reports.session(session)
      if (!isNewest && cached) isNewest = (await reports.newest()) === session
    } catch (err) {
      if (err instanceof DatabaseFault || err instanceof RequestFault) throw err
      log.error({ err, session }, 'The report of a session could not be made')
      return sendProblem(reply, toProblem('internal_error', UNREADABLE))
    }
    if (!cached)
      throw new RequestFault(
        'not_found',
        session === 'latest' ? NO_ROUNDS : `There is no session ${session}.`,
      )
    const { picture, ...rest } = await pageOf(cached)
    const live = isNewest ? livePage(rest, cached) : rest
    const page: Page = session === 'latest' ? { ...live, current: 'latest' } : live
    return sendPage(context, request, reply, { page, path: `/sessions/${cached.value.session}`, picture })
  }
}

/** The page of the newest session refreshes itself: `live.js` compares the version, and takes over what changed. */
function livePage(page: Page, { value, version }: Versioned<SessionReport>): Page {
  return {
    ...page,
    script: 'live.js',
    main: html`<p id="live" class="live quiet" role="status"></p>
<div id="report" data-session="${value.session}" data-version="${version}">
${page.main}
</div>`,
  }
}

const UNREADABLE =
  'This session exists, but its report could not be made. The fault is recorded in errors.log of the server.'
const NO_ROUNDS = 'No round counts yet. The report appears seconds after the first round ends.'

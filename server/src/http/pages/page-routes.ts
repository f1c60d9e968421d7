import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { troubledAgents } from '../../agents/troubled-agents.ts'
import type { AppContext } from '../../context.ts'
import { DatabaseFault } from '../../db/database-fault.ts'
import type { RoundReport } from '../../report/round-report.ts'
import type { SessionReport } from '../../report/session-report.ts'
import type { BoundedReads, Versioned } from '../bounded-reads.ts'
import type { ReportReads } from '../report-reads.ts'
import { RequestFault } from '../request-fault.ts'
import { requestOrigin } from '../request-origin.ts'
import { sendProblem, toProblem } from '../send-problem.ts'
import type { ZodApp } from '../zod-app.ts'
import { layout, type Page } from './layout.ts'
import { roundPage } from './round/round-page.ts'
import { sessionPage } from './session/session-page.ts'
import { sessionsPage } from './sessions-page.ts'
import { uploadPage } from './upload-page.ts'

/** Sessions on a page of the list. */
const PAGE_SIZE = 12

/** What people look at. Everything is rendered here, and readable without a script. */
export function pageRoutes(
  app: ZodApp,
  { db, config, log, reads, state }: AppContext & { reads: BoundedReads },
  reports: ReportReads,
): void {
  const sessionPageOf = renderedOnce(({ value, version }: Versioned<SessionReport>) =>
    sessionPage(value, version),
  )
  const roundPageOf = renderedOnce(({ value }: Versioned<RoundReport>) => roundPage(value))
  const hide = { schema: { hide: true } }

  app.get('/', hide, async (request, reply) => {
    const before = querySchema.parse(request.query).before ?? null
    const { sessions, faces } = (await reports.sessions({ limit: PAGE_SIZE + 1, before })).value
    const shown = sessions.slice(0, PAGE_SIZE)
    const older = sessions.length > shown.length ? (shown.at(-1)?.session ?? null) : null
    return send(
      request,
      reply,
      sessionsPage({
        sessions: shown,
        faces,
        agents: await reads.read('troubled agents', () => troubledAgents(db)),
        renewal: state.renewal ?? null,
        isNewest: before === null,
        older,
      }),
      '/',
    )
  })

  app.get('/sessions/latest', hide, (request, reply) => sendSession(request, reply, 'latest'))

  app.get('/sessions/:session', hide, (request, reply) =>
    sendSession(request, reply, numberOrThrow(request.params, 'session')),
  )

  app.get('/rounds/:round', hide, async (request, reply) => {
    const number = numberOrThrow(request.params, 'round')
    const round = await reports.round(number)
    if (!round) throw new RequestFault('not_found', `There is no round ${number}.`)
    return send(request, reply, roundPageOf(round), `/rounds/${number}`)
  })

  app.get('/upload', { ...hide, config: { alwaysAnswers: true } }, async (request, reply) =>
    send(request, reply, uploadPage(config), '/upload'),
  )

  async function sendSession(request: FastifyRequest, reply: FastifyReply, session: number | 'latest') {
    let cached: Versioned<SessionReport> | null
    try {
      cached = await reports.session(session)
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
    const { picture, ...page } = sessionPageOf(cached)
    const current = session === 'latest' ? ({ current: 'latest' } as const) : {}
    return send(request, reply, { ...page, ...current }, `/sessions/${cached.value.session}`, picture)
  }

  function send(
    request: FastifyRequest,
    reply: FastifyReply,
    page: Page,
    path: string,
    picture?: { path: string; alt: string },
  ): FastifyReply {
    const origin = requestOrigin(request, config)
    const address = origin === null ? {} : { address: { origin, path, ...(picture && { picture }) } }
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(layout({ ...page, ...address }))
  }
}

const UNREADABLE =
  'This session exists, but its report could not be made. The fault is recorded in errors.log of the server.'
const NO_ROUNDS = 'No round counts yet. The report appears seconds after the first round ends.'

/** Each state of the data is rendered once; the frame differs by request. */
function renderedOnce<Value extends object, Rendered>(
  render: (value: Value) => Rendered,
): (value: Value) => Rendered {
  const rendered = new WeakMap<Value, Rendered>()
  return value => {
    const page = rendered.get(value) ?? render(value)
    rendered.set(value, page)
    return page
  }
}

/** Who mistypes a link gets the page that says so, not the fault of a form. */
function numberOrThrow(params: unknown, name: 'session' | 'round'): number {
  const parsed = z.record(z.string(), numberSchema).safeParse(params)
  const number = parsed.data?.[name]
  if (number === undefined)
    throw new RequestFault('not_found', `A ${name} has a number, such as /${name}s/12.`)
  return number
}

const numberSchema = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
const querySchema = z.object({ before: numberSchema.optional().catch(undefined) })

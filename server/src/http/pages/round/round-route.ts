import type { RoundReport } from '../../../report/round-report.ts'
import type { Versioned } from '../../bounded-reads.ts'
import { RequestFault } from '../../request-fault.ts'
import type { ZodApp } from '../../zod-app.ts'
import { HIDDEN, numberOrThrow, type PageContext, renderedOnce, sendPage } from '../page-context.ts'
import { roundPage } from './round-page.ts'

/** `/rounds/<number>`. */
export function roundRoute(app: ZodApp, context: PageContext): void {
  const pageOf = renderedOnce(({ value }: Versioned<RoundReport>) => roundPage(value))
  app.get('/rounds/:round', HIDDEN, async (request, reply) => {
    const number = numberOrThrow(request.params, 'round')
    const round = await context.reports.round(number)
    if (!round) throw new RequestFault('not_found', `There is no round ${number}.`)
    return sendPage(context, request, reply, { page: pageOf(round), path: `/rounds/${number}` })
  })
}

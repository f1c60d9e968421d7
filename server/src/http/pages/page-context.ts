import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { AppContext } from '../../app-context.ts'
import type { BoundedReads } from '../bounded-reads.ts'
import type { ReportReads } from '../report-reads.ts'
import { RequestFault } from '../request-fault.ts'
import { requestOrigin } from '../request-origin.ts'
import { numberSchema } from '../whole-number.ts'
import { layout, type Page } from './layout.ts'

/** What every page works with. */
export type PageContext = AppContext & { reads: BoundedReads; reports: ReportReads }

/** Of the routes of pages: they are no part of the API's documentation. */
export const HIDDEN = { schema: { hide: true } }

/** Answers with a page in its frame; `path` is where it is known, whichever way the reader came. */
export function sendPage(
  { config }: Pick<PageContext, 'config'>,
  request: FastifyRequest,
  reply: FastifyReply,
  { page, path, picture }: { page: Page; path: string; picture?: { path: string; alt: string } | undefined },
): FastifyReply {
  const origin = requestOrigin(request, config)
  const address = origin === null ? {} : { address: { origin, path, ...(picture && { picture }) } }
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .send(layout({ ...page, ...address }))
}

/** Each state of the data is rendered once; the frame differs by request. */
export function renderedOnce<Value extends object, Rendered>(
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
export function numberOrThrow(params: unknown, name: 'session' | 'round'): number {
  const parsed = z.record(z.string(), numberSchema).safeParse(params)
  const number = parsed.data?.[name]
  if (number === undefined)
    throw new RequestFault('not_found', `A ${name} has a number, such as /${name}s/12.`)
  return number
}

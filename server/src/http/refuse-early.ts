import type { onRequestAsyncHookHandler } from 'fastify'
import type { AppContext } from '../app-context.ts'
import { DATABASE_RETRY_SECONDS, handleNotFound } from './error-handler.ts'
import { RequestFault } from './request-fault.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers while the database is away, and while we are closing. */
    alwaysAnswers?: boolean
  }
}

/** What needs no look at the body: no host, nothing there, closing, tables not ready. */
export function refuseEarly({ state }: Pick<AppContext, 'state'>): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      throw new RequestFault('malformed_request', 'The request has no Host header.')
    }
    // No column of the database can hold it, so nothing has such a name.
    if (/%00/.test(request.url)) {
      throw new RequestFault('malformed_request', 'The address holds a NUL byte.')
    }
    if (request.is404) return handleNotFound(request, reply)
    if (request.routeOptions.config.alwaysAnswers) return
    if (state.shuttingDown) {
      throw new RequestFault('shutting_down', 'The server is stopping. Nothing was stored; send it again.', {
        'retry-after': '5',
      })
    }
    if (!state.databasePrepared) {
      throw new RequestFault(
        'database_unavailable',
        state.databaseTrouble ?? 'The database is away, or its tables are not ready yet.',
        {
          'retry-after': String(DATABASE_RETRY_SECONDS),
        },
      )
    }
  }
}

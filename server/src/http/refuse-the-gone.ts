import type { onRequestAsyncHookHandler } from 'fastify'
import { RequestFault } from './request-fault.ts'

/**
 * A process that was frozen, or busy for long, finds requests whose sender has hung up. Such a connection has no
 * address any more, which the limits on addresses need; nobody hears the answer.
 */
export const refuseTheGone: onRequestAsyncHookHandler = async request => {
  if (request.raw.socket.remoteAddress === undefined)
    throw new RequestFault('malformed_request', 'The connection was closed before the request was read.')
}

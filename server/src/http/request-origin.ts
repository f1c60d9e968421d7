import type { FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'

/** Where the outside reaches us: PUBLIC_URL, else as this request came. Null: its host is no name that a link can use. */
export function requestOrigin(
  request: FastifyRequest,
  { publicUrl }: Pick<Config, 'publicUrl'>,
): string | null {
  if (publicUrl !== null) return publicUrl
  // Behind a proxy that passes on what a client wrote, the protocol is anything as well.
  return /^https?$/.test(request.protocol) &&
    /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i.test(request.host)
    ? `${request.protocol}://${request.host}`
    : null
}

import type { FastifyRequest } from 'fastify'

/** The token of `Authorization: Bearer <token>`; null where there is none. */
export function bearerToken(request: FastifyRequest): string | null {
  return /^Bearer +([\x21-\x7e]{1,512}) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}

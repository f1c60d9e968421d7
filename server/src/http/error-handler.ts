import type { RequestCode } from '@debrief/shared'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { DatabaseFault } from '../db/database-fault.ts'
import { discardRest } from './discard-rest.ts'
import { RequestFault } from './request-fault.ts'
import { sendProblem, toProblem } from './send-problem.ts'

/** Long enough for a restart of the database, short enough that a round is still news. */
export const DATABASE_RETRY_SECONDS = 3

/** Every failure becomes a problem, here and nowhere else. What is not known is ours: 500, with nothing of the inside. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fault = toFault(error)
  if (fault.code === 'internal_error') {
    request.log.error({ err: error, method: request.method, url: request.url }, 'A request failed')
  } else if (fault.code === 'database_unavailable') {
    request.log.warn(
      { err: error, url: request.url },
      'The database is away: the sender was asked to come again',
    )
  }
  discardRest(request)
  // Fastify wants to close where the body was too large, which would cut our answer off: see discardRest.
  reply.removeHeader('connection')
  return sendProblem(reply, toProblem(fault.code, fault.message), fault.headers)
}

export function handleNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  discardRest(request)
  return sendProblem(reply, toProblem('not_found', `There is nothing at ${request.url.split('?')[0]}.`))
}

function toFault(error: unknown): RequestFault {
  if (error instanceof RequestFault) return error
  if (error instanceof DatabaseFault) {
    return new RequestFault('database_unavailable', `${error.sentence} Nothing was stored; send it again.`, {
      'retry-after': String(DATABASE_RETRY_SECONDS),
    })
  }
  const { code, statusCode, message } = factsOf(error)
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation.map(
      ({ instancePath, message }) => `${instancePath || 'the request'}: ${message}`,
    )
    return new RequestFault('malformed_request', `${faults.slice(0, 5).join('; ')}.`)
  }
  const known = FASTIFY_CODES[code]
  if (known) return new RequestFault(known.code, known.detail)
  if (statusCode !== null && statusCode >= 400 && statusCode < 500)
    return new RequestFault('malformed_request', message)
  return new RequestFault(
    'internal_error',
    'The server failed. It is recorded in its errors.log; send it again later.',
  )
}

const FASTIFY_CODES: Record<string, { code: RequestCode; detail: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'too_large',
    detail: 'The body of the request is larger than this address takes.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'malformed_request',
    detail: 'This address takes a body of the type application/json.',
  },
}

function factsOf(error: unknown): { code: string; statusCode: number | null; message: string } {
  if (!(error instanceof Error)) return { code: '', statusCode: null, message: '' }
  const code: unknown = Reflect.get(error, 'code')
  const statusCode: unknown = Reflect.get(error, 'statusCode')
  return {
    code: typeof code === 'string' ? code : '',
    statusCode: typeof statusCode === 'number' ? statusCode : null,
    message: error.message,
  }
}

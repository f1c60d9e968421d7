import { type Receipt, receiptSchema } from '@debrief/shared'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { isProblemCode, sendProblem, toProblem } from './send-problem.ts'

/** The one place where a receipt becomes an HTTP status. */
export function sendReceipt(
  reply: FastifyReply,
  receipt: Receipt,
  { dryRun }: { dryRun: boolean },
): FastifyReply {
  const { status, duplicate, round, problem } = receipt
  switch (status) {
    case 'rejected': {
      if (!problem || !isProblemCode(problem.code)) throw new Error('A rejected file has no known code.')
      return sendProblem(reply, toProblem(problem.code, problem.detail, { line: problem.line, receipt }))
    }
    case 'ignored':
      return reply.code(duplicate || dryRun ? 200 : 202).send(receipt)
    case 'imported':
      if (duplicate || dryRun) return reply.code(200).send(receipt)
      return reply
        .code(201)
        .headers(round ? { location: `/rounds/${round.id}` } : {})
        .send(receipt)
  }
}

/** For the page of the API. */
export const RECEIPT_RESPONSES = {
  200: receiptSchema.check(
    z.describe('Received before and kept; nothing changed. Or a dry run of a good file.'),
  ),
  201: receiptSchema.check(z.describe('Imported and committed. `Location` is the address of the round.')),
  202: receiptSchema.check(z.describe('Kept, but it makes no round: `problem` says why.')),
}

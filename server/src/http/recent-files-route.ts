import { ROUTES, storedReceiptSchema } from '@debrief/shared'
import type { onRequestAsyncHookHandler } from 'fastify'
import { z } from 'zod'
import type { AppContext } from '../app-context.ts'
import { readReceipts } from '../import/read-receipts.ts'
import { gameServerOrThrow } from './authenticate.ts'
import { problemResponses } from './problem-responses.ts'
import { wholeNumber } from './whole-number.ts'
import type { ZodApp } from './zod-app.ts'

const querySchema = z.strictObject({
  limit: wholeNumber(1, 500).prefault(50).describe('How many receipts, newest first'),
})

/** A file of 128 players can have 1 800, and 500 such receipts 75 MB; its own upload tells all of them. */
const SHOWN_WARNINGS = 50

const listedSchema = z.object({
  ...storedReceiptSchema.shape,
  warningsLeftOut: z.number().int().optional().describe(`How many more than ${SHOWN_WARNINGS} there are`),
})

/** `GET /api/v1/files`: what became of the newest files of the token's game server. */
export function recentFilesRoute(
  app: ZodApp,
  { db }: AppContext,
  authenticated: onRequestAsyncHookHandler,
): void {
  app.get(
    ROUTES.files,
    {
      onRequest: authenticated,
      schema: {
        summary: 'The receipts of the newest files of this game server',
        security: [{ token: [] }],
        querystring: querySchema,
        response: {
          200: z.object({ files: z.array(listedSchema) }),
          ...problemResponses(400, 401, 429, 503),
        },
      },
    },
    async request => {
      const receipts = await readReceipts(db, gameServerOrThrow(request).serverId, request.query.limit)
      return { files: receipts.map(shorten) }
    },
  )
}

function shorten<R extends { warnings: readonly unknown[] }>(receipt: R) {
  const left = receipt.warnings.length - SHOWN_WARNINGS
  if (left <= 0) return receipt
  return { ...receipt, warnings: receipt.warnings.slice(0, SHOWN_WARNINGS), warningsLeftOut: left }
}

import { ROUTES, storedReceiptSchema } from '@debrief/shared'
import type { onRequestAsyncHookHandler } from 'fastify'
import { z } from 'zod'
import type { AppContext } from '../context.ts'
import { readReceipts } from '../import/read-receipts.ts'
import { gameServerOrThrow } from './authenticate.ts'
import { problemResponses } from './problem-responses.ts'
import type { ZodApp } from './zod-app.ts'

const querySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('How many receipts, newest first'),
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
          200: z.object({ files: z.array(storedReceiptSchema) }),
          ...problemResponses(400, 401, 429, 503),
        },
      },
    },
    async request => ({
      files: await readReceipts(db, gameServerOrThrow(request).serverId, request.query.limit),
    }),
  )
}

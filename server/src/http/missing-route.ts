import { MAX_MISSING_FILES, missingRequestSchema, missingResponseSchema, ROUTES } from '@debrief/shared'
import type { onRequestAsyncHookHandler } from 'fastify'
import type { AppContext } from '../app-context.ts'
import { gameServerOrThrow } from './authenticate.ts'
import { findMissing } from './find-missing.ts'
import { problemResponses } from './problem-responses.ts'
import type { ZodApp } from './zod-app.ts'

/** An entry is a name of at most 255 bytes (JSON may write a character as six), a digest, and what stands around. */
const MAX_BODY_BYTES = MAX_MISSING_FILES * 1_000

/** `POST /api/v1/files/missing`: the sender's folder is the queue, our database is the ledger. */
export function missingRoute(
  app: ZodApp,
  { db }: AppContext,
  authenticated: onRequestAsyncHookHandler,
): void {
  app.post(
    ROUTES.missing,
    {
      onRequest: authenticated,
      bodyLimit: MAX_BODY_BYTES,
      schema: {
        summary: 'Which of these files has this game server not delivered yet?',
        description: `At most ${MAX_MISSING_FILES} files in one question.`,
        security: [{ token: [] }],
        body: missingRequestSchema,
        response: { 200: missingResponseSchema, ...problemResponses(400, 401, 413, 429, 503) },
      },
    },
    async request => ({
      missing: await findMissing(db, gameServerOrThrow(request).serverId, request.body.files),
    }),
  )
}

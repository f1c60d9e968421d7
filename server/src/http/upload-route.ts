import { ROUTES, uploadFieldsSchema } from '@debrief/shared'
import type { FastifySchemaCompiler, onRequestAsyncHookHandler } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { AppContext } from '../app-context.ts'
import { databaseIdentity } from '../db/database-pool.ts'
import { createQuota } from '../game-servers/quota.ts'
import { ingest } from '../ingest.ts'
import { logReceipt } from '../log/log-receipt.ts'
import { observeReceipt } from '../metrics.ts'
import { holderOrThrow } from './authenticate.ts'
import { createImportQueue } from './import-queue.ts'
import { onceAMinute } from './once-a-minute.ts'
import { problemResponses } from './problem-responses.ts'
import { readUpload, refuseOtherBodies } from './read-upload.ts'
import { refuseOverQuota } from './refuse-over-quota.ts'
import { createRepeats, refuseRepeats } from './refuse-repeats.ts'
import { RECEIPT_RESPONSES, sendReceipt } from './send-receipt.ts'
import type { ZodApp } from './zod-app.ts'

const querySchema = z.strictObject({
  dryRun: z
    .enum(['', 'true', '1', 'false', '0'])
    .optional()
    .describe('`true`: parse and check, store nothing'),
})

type RouteSchema = Parameters<FastifySchemaCompiler<unknown>>[0]

/** `POST /api/v1/files`: the one way in, for the agent, SSH mode, the web page and curl. */
export function uploadRoute(
  app: ZodApp,
  context: AppContext,
  authenticated: onRequestAsyncHookHandler,
): void {
  const { config, log, metrics } = context
  const quota = createQuota({ db: context.db, maxBytes: config.maxServerBytes })
  const repeats = createRepeats()
  const isNews = onceAMinute()
  const queue = createImportQueue()
  app.post(
    ROUTES.files,
    {
      onRequest: [authenticated, async request => refuseOtherBodies(request, config.maxFileBytes)],
      schema: {
        summary: 'Upload a stats file',
        description:
          'The optional fields stand before the file. Sending the same bytes again changes nothing.',
        security: [{ token: [] }],
        consumes: ['multipart/form-data'],
        querystring: querySchema,
        body: z.object({
          ...uploadFieldsSchema.shape,
          file: z.string().meta({ format: 'binary' }).describe('with its name'),
        }),
        response: { ...RECEIPT_RESPONSES, ...problemResponses(400, 401, 413, 415, 422, 429, 503) },
      },
      // The form is a stream that readUpload reads; its schema stands here for the documentation.
      validatorCompiler: (route: RouteSchema) =>
        route.httpPart === 'body'
          ? (value: unknown) => ({ value })
          : validatorCompiler({ ...route, schema: querySchema }),
    },
    async (request, reply) => {
      const { server, tokenId } = holderOrThrow(request)
      const { name, content, fields } = await readUpload(request, config.maxFileBytes)
      const dryRun = ['', 'true', '1'].includes(request.query.dryRun ?? 'false')
      if (!dryRun) {
        await refuseOverQuota({ ...context, quota, isNews }, server, { name, content })
        await refuseRepeats({ ...context, repeats, isNews }, server, { name, content })
      }
      const source = fields.source ?? 'manual'
      const delivery = {
        server,
        name,
        content,
        modifiedAt: fields.mtime === undefined ? null : new Date(fields.mtime),
        source,
        dryRun,
        sender: { tokenId, address: request.ip },
      }
      // Asked before: if the database is replaced meanwhile, the sender hears of the former one, and asks again later.
      const database = databaseIdentity(context.pool)
      const imported = await queue.run(server.serverId, () =>
        ingest({ db: context.db, sessionGapMinutes: config.sessionGapMinutes }, delivery),
      )
      const receipt = database === null ? imported : { ...imported, database }
      if (!dryRun) {
        context.state.imports = (context.state.imports ?? 0) + 1
        logReceipt(log, receipt, { server: server.name, source, tokenId, address: request.ip })
        observeReceipt(metrics, receipt, source)
      }
      return sendReceipt(reply, receipt, { dryRun })
    },
  )
}

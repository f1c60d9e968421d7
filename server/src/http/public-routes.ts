import compress from '@fastify/compress'
import etag from '@fastify/etag'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { AppContext } from '../app-context.ts'
import { boundedReads } from './bounded-reads.ts'
import { jsonRoutes } from './json-routes.ts'
import { liveRoutes } from './live/live-routes.ts'
import { assetRoute } from './pages/asset-route.ts'
import { pageRoutes } from './pages/page-routes.ts'
import { playerPageRoutes } from './pages/players/player-page-routes.ts'
import { pictureRoutes } from './picture-routes.ts'
import { playerJsonRoutes } from './player-json-routes.ts'
import { playerReads } from './player-reads.ts'
import { linkRoute, privateReading } from './private-reading.ts'
import { reportReads } from './report-reads.ts'

/** Everything that is read: pages, pictures and JSON from one cache of reports, each with a tag, so that 304 is enough. */
export async function publicRoutes(app: FastifyInstance, context: AppContext): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const reads = boundedReads()
  const reports = reportReads({ ...context, reads })
  app.addHook('onRequest', privateReading(context))
  app.addHook('onSend', async (request, reply) => {
    const caching = reply.getHeader('cache-control')
    // What only some may read is kept by their browsers, and by nothing in between.
    if (context.config.private && !request.routeOptions.config.alwaysAnswers && typeof caching === 'string')
      reply.header('cache-control', caching.replace(/^public\b/, 'private'))
  })
  // Tags are of the text, before it is packed; weak, because packed bytes are other bytes.
  await app.register(etag, { algorithm: 'sha256', weak: true })
  await app.register(compress, { encodings: ['gzip'], threshold: 1400 })
  jsonRoutes(typed, reports)
  liveRoutes(typed, context, reports)
  pageRoutes(typed, { ...context, reads }, reports)
  const players = playerReads({ ...context, reads })
  playerJsonRoutes(typed, context, players)
  playerPageRoutes(typed, context, players)
  pictureRoutes(typed, context, reports)
  assetRoute(typed)
  linkRoute(app, context)
}

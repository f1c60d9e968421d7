import { RequestFault } from '../request-fault.ts'
import type { ZodApp } from '../zod-app.ts'
import { assetsByUrl } from './assets.ts'

/** Styles, scripts and fonts of the pages: also while the database is away, for the page that says so. */
export function assetRoute(app: ZodApp): void {
  const assets = assetsByUrl()
  app.get(
    '/assets/:file',
    { schema: { hide: true }, config: { alwaysAnswers: true } },
    async (request, reply) => {
      const asset = assets.get(request.url.split('?')[0] ?? '')
      if (!asset) throw new RequestFault('not_found', 'There is no such asset; reload the page.')
      return reply
        .type(asset.type)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(asset.body)
    },
  )
}

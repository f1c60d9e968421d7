import { PROBLEM_CODES } from '@debrief/shared'
import type { ZodApp } from '../zod-app.ts'
import { apiDescriptionSchema } from './api-description.ts'
import { docsPage } from './docs-page.ts'

/** `/docs` for people and `/docs/json` (OpenAPI) for programs; both are made from the schemas that the routes obey. */
export function docsRoutes(app: ZodApp): void {
  const hide = { schema: { hide: true }, config: { alwaysAnswers: true } }
  app.get('/docs/json', hide, async () => app.swagger())
  app.get('/docs', hide, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .send(docsPage(apiDescriptionSchema.parse(app.swagger()), PROBLEM_CODES)),
  )
}

import { PROBLEM_CODES } from '@debrief/shared'
import { z } from 'zod'
import type { ZodApp } from '../zod-app.ts'
import { docsPage } from './docs-page.ts'

/** `/docs` for people and `/docs/json` (OpenAPI) for programs; both are made from the schemas that the routes obey. */
export function docsRoutes(app: ZodApp): void {
  const hide = { schema: { hide: true }, config: { alwaysAnswers: true } }
  app.get('/docs/json', hide, async () => app.swagger())
  app.get('/docs', hide, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(docsPage(pageSchema.parse(app.swagger()), PROBLEM_CODES)),
  )
}

const contentSchema = z.record(z.string(), z.object({ schema: z.unknown() }))

/** The parts of an OpenAPI document that the page shows. */
const pageSchema = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string().optional() }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        summary: z.string().optional(),
        description: z.string().optional(),
        security: z.array(z.unknown()).optional(),
        parameters: z
          .array(z.object({ name: z.string(), in: z.string(), description: z.string().optional() }))
          .optional(),
        requestBody: z.object({ content: contentSchema }).optional(),
        responses: z
          .record(
            z.string(),
            z.object({ description: z.string().optional(), content: contentSchema.optional() }),
          )
          .optional(),
      }),
    ),
  ),
})

export type ApiDescription = z.infer<typeof pageSchema>

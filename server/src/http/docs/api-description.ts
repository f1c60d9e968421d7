import { z } from 'zod'

const contentSchema = z.record(z.string(), z.object({ schema: z.unknown() }))

/** The parts of an OpenAPI document that the page shows. */
export const apiDescriptionSchema = z.object({
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

export type ApiDescription = z.infer<typeof apiDescriptionSchema>

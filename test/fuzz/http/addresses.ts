import { z } from 'zod'

const parameterSchema = z.object({ name: z.string(), in: z.enum(['path', 'query', 'header', 'cookie']) })
const operationSchema = z.object({
  parameters: z.array(parameterSchema).default([]),
  responses: z
    .record(z.string(), z.object({ content: z.record(z.string(), z.unknown()).default({}) }))
    .default({}),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
})
const documentSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) })

export interface Address {
  method: string
  /** With `{name}` where a parameter stands. */
  path: string
  query: string[]
  /** JSON schema of its body; null: it takes none that is JSON. */
  body: unknown
  takesForm: boolean
  /** Its answer has no end. */
  staysOpen: boolean
}

/** Pages and pictures are in no description of the API. */
const PAGES = [
  '/',
  '/sessions/{session}',
  '/sessions/{session}/performance.png',
  '/sessions/{session}/efficiency.png',
  '/rounds/{round}',
  '/players',
  '/players/{player}',
  '/upload',
  '/agent',
  '/assets/{file}',
  '/k/{key}/sessions/{session}',
  '/docs',
  '/docs/json',
  '/metrics',
  '/{anything}',
]

/** Every address of the server, from its own description. */
export function readAddresses(description: unknown): Address[] {
  const { paths } = documentSchema.parse(description)
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters, requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      query: parameters.filter(parameter => parameter.in === 'query').map(({ name }) => name),
      body: requestBody?.content['application/json']?.schema ?? null,
      takesForm: requestBody?.content['multipart/form-data'] !== undefined,
      staysOpen: Object.values(responses).some(({ content }) => content['text/event-stream'] !== undefined),
    })),
  )
  const pages = PAGES.map(path => ({
    method: 'GET',
    path,
    query: ['before', 'v'],
    body: null,
    takesForm: false,
    staysOpen: false,
  }))
  return [...described, ...pages]
}

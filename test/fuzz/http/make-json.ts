import { z } from 'zod'
import type { Random } from '../../support/game-server/random.ts'
import { mutate } from '../mutate.ts'

/** As much of JSON schema as our description uses. */
interface Schema {
  type?: string | undefined
  enum?: unknown[] | undefined
  anyOf?: Schema[] | undefined
  properties?: Record<string, Schema> | undefined
  items?: Schema | undefined
  format?: string | undefined
}

const schemaSchema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    anyOf: z.array(schemaSchema).optional(),
    properties: z.record(z.string(), schemaSchema).optional(),
    items: schemaSchema.optional(),
    format: z.string().optional(),
  }),
)

const ODD = [
  null,
  0,
  -1,
  1.5,
  1e308,
  '',
  'x'.repeat(2_000),
  '\u0000',
  '\ud800',
  [],
  {},
  true,
  '0000-01-01T00:00:00Z',
  '2026-05-05T20:48:50+23:59',
  JSON.parse('{"__proto__":{"a":1}}'),
]
const TEXTS = [
  '2026-05-05-204850-supply-round-1.txt',
  'a',
  'agent 1',
  '1.0.0',
  'é€😀',
  '../x',
  'f'.repeat(64),
]

/** A body that the schema takes, or nearly. */
export function makeJson(schema: unknown, random: Random): Buffer {
  const body = Buffer.from(JSON.stringify(makeValue(schemaSchema.parse(schema), random)) ?? '')
  return random.chance(0.15)
    ? mutate(body, { random, tokens: ['[', '{', '"', '\\u0000', ',', ':'], corpus: [body] })
    : body
}

function makeValue(schema: Schema, random: Random): unknown {
  if (random.chance(0.06)) return random.pick(ODD)
  if (schema.enum) return random.pick(schema.enum)
  if (schema.anyOf) return makeValue(random.pick(schema.anyOf), random)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(() => !random.chance(0.05))
          .map(([name, property]) => [name, makeValue(property, random)]),
      )
    case 'array':
      return Array.from({ length: random.int(0, 5) }, () => makeValue(schema.items ?? {}, random))
    case 'integer':
    case 'number':
      return random.int(0, 3_000)
    case 'null':
      return null
    default:
      return schema.format === 'date-time' ? '2026-05-05T20:48:50Z' : random.pick(TEXTS)
  }
}

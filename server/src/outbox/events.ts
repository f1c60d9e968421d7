import { z } from 'zod'

const roundPayload = z.object({ roundId: z.number() })

/** What waits to be told to the world, as the table `outbox` holds it. */
export const outboxEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('round_imported'), subject: z.string(), payload: roundPayload }),
  z.object({ kind: z.literal('round_changed'), subject: z.string(), payload: roundPayload }),
  // It turned out to be a copy of another round.
  z.object({ kind: z.literal('round_removed'), subject: z.string(), payload: roundPayload }),
  z.object({
    kind: z.literal('file_rejected'),
    subject: z.string(),
    payload: z.object({ fileId: z.number(), code: z.string() }),
  }),
  z.object({
    kind: z.literal('voice_ended'),
    subject: z.string(),
    payload: z.object({ voiceSessionId: z.number() }),
  }),
  z.object({
    kind: z.literal('agent_silent'),
    subject: z.string(),
    payload: z.object({ server: z.string(), agent: z.string(), since: z.string(), waiting: z.number() }),
  }),
])

export type OutboxEvent = z.infer<typeof outboxEventSchema>

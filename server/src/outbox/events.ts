import { z } from 'zod'

const roundPayload = z.object({ roundId: z.number() })

const silentAgent = z.object({
  server: z.string(),
  agent: z.string(),
  since: z.string(),
  waiting: z.number(),
})

export type SilentAgent = z.infer<typeof silentAgent>

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
  // Those that were noticed at once: the first of them, and how many there are.
  z.object({
    kind: z.literal('agents_silent'),
    subject: z.string(),
    payload: z.object({ agents: z.array(silentAgent), count: z.number() }),
  }),
  // Written by versions that told of each by itself.
  z.object({ kind: z.literal('agent_silent'), subject: z.string(), payload: silentAgent }),
])

export type OutboxEvent = z.infer<typeof outboxEventSchema>

/** These are for the admins alone: rounds never wait behind them, nor for their channel. */
export const ALERT_KINDS = ['file_rejected', 'agents_silent', 'agent_silent'] as const

export function isAlert({ kind }: OutboxEvent): boolean {
  return ALERT_KINDS.some(alert => alert === kind)
}

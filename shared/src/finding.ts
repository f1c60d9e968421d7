import * as z from 'zod/mini'

/** One thing that was looked at. `advice` is a sentence for the admin; null where all is well. */
export const findingSchema = z.object({
  what: z.string(),
  state: z.enum(['ok', 'warning', 'failed']),
  detail: z.string(),
  advice: z.nullable(z.string()),
  /** It may pass without anybody's doing: a server that is away, a folder that the game has not made yet. */
  passing: z.optional(z.enum(['server', 'folder'])),
})
export type Finding = z.infer<typeof findingSchema>

export function ok(what: string, detail: string): Finding {
  return { what, state: 'ok', detail, advice: null }
}

export function warning(what: string, detail: string, advice: string): Finding {
  return { what, state: 'warning', detail, advice }
}

export function failed(what: string, detail: string, advice: string): Finding {
  return { what, state: 'failed', detail, advice }
}

/** A failure that nobody need mend here. */
export function passing(finding: Finding, what: 'server' | 'folder'): Finding {
  return { ...finding, passing: what }
}

/**
 * - `token`: refused. `intents`: the message-content intent is not allowed.
 * - `permissions`, `channel`: this channel cannot be written to, or is gone.
 * - `message`: the message was deleted. `invalid`: Discord will never take this request as it is.
 * - `away`: everything that time mends.
 */
export type FaultKind = 'token' | 'intents' | 'permissions' | 'channel' | 'message' | 'invalid' | 'away'

interface Facts {
  kind: FaultKind
  /** What is wrong and what to do. */
  sentence: string
  /** The request was not applied; without this nobody knows. */
  refused: boolean
  /** Of Discord's answer, where there was one: the HTTP status, and Discord's own number. */
  status?: number
  code?: number | string
  cause?: unknown
}

/**
 * A fault that Discord made, or the way to it. Thrown by the REST client and told by the gateway, and by nothing else:
 * what is no DiscordFault and no fault of the database is a bug of ours.
 */
export class DiscordFault extends Error {
  override name = 'DiscordFault'
  readonly kind: FaultKind
  readonly sentence: string
  readonly refused: boolean
  readonly status: number | null
  readonly code: number | string | null

  constructor({ kind, sentence, refused, status, code, cause }: Facts) {
    super(sentence, cause === undefined ? {} : { cause })
    this.kind = kind
    this.sentence = sentence
    this.refused = refused
    this.status = status ?? null
    this.code = code ?? null
  }

  /** Time alone mends it: the same request succeeds later. */
  get retriable(): boolean {
    return this.kind === 'away'
  }
}

/** Somebody deleted the message, or its whole channel. */
export function isGone(error: unknown): boolean {
  return error instanceof DiscordFault && (error.kind === 'message' || error.kind === 'channel')
}

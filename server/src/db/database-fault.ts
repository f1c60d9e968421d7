/**
 * A fault of the database, not of ours: made where it arises (the connections and the pool of `openDatabase`), so that
 * nobody else has to recognise one by its shape. Nothing was stored, and the same work can succeed later: answer 503.
 */
export abstract class DatabaseFault extends Error {
  /** What is wrong and what to do, without addresses and names: anybody may read it. */
  readonly sentence: string

  /** `message` also holds the reason as the driver or the server told it: for the log. */
  constructor(sentence: string, cause: unknown) {
    const reason = reasonOf(cause)
    super(reason === null ? sentence : `${sentence} (${reason})`, { cause })
    this.sentence = sentence
  }
}

/** It cannot be reached, or has no room or no time just now. Waiting mends it, or its administrator does. */
export class DatabaseAway extends DatabaseFault {
  override name = 'DatabaseAway'
}

/** It answers, and cannot be used as it is set up: a password, a pooler, a standby, another program's tables. */
export class DatabaseUnusable extends DatabaseFault {
  override name = 'DatabaseUnusable'
}

/** The innermost words, and the code that they came with. */
function reasonOf(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null
  // One attempt for each address of a name; the first stands for all.
  const [first] = cause instanceof AggregateError ? cause.errors : []
  if (first !== undefined) return reasonOf(first)
  const code: unknown = Reflect.get(cause, 'code')
  if (typeof code !== 'string' || cause.message.includes(code)) return cause.message
  return cause.message === '' ? code : `${cause.message}, ${code}`
}

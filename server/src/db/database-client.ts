import pg from 'pg'
import { DatabaseAway, DatabaseFault } from './database-fault.ts'
import { toDatabaseFault } from './to-database-fault.ts'

/**
 * The texts that may become prepared statements. Ours are some dozens; one that is put together from a list of changing
 * length must not fill the server's memory.
 */
const MAX_NAMES = 200
const names = new Map<string, string>()

/** Longer than `statement_timeout`: a database that works has answered by then, if only with a refusal. */
export const ANSWER_MS = 35_000
/** A COMMIT that waits is asked about this often. */
const COMMIT_LOOK_MS = 10_000

export interface DatabaseClientConfig extends pg.ClientConfig {
  /** For tests: less than ANSWER_MS. */
  answerMs?: number
}

/**
 * A connection that throws a DatabaseFault for what is the database's fault, and prepares each statement once: the
 * server then parses and plans it once, not at every import. Measured: 6.7 instead of 8.0 ms a file. (A pooler in
 * between must keep the connection for the session; see docs/operations.md.) A statement is sent when it is asked, also
 * before the former one has answered.
 *
 * It gives up a statement that gets no answer. The kernel would wait for a machine that vanished until it has sent the
 * statement fifteen times, which takes a quarter of an hour: TCP's keepalive does not run while something is unanswered.
 */
export class DatabaseClient extends pg.Client {
  /** The first fault of a statement: then nobody knows in which state the session is, and the pool drops it. */
  fault: DatabaseFault | null = null
  /** How long a statement may take, in milliseconds; null: as long as it takes (a migration). */
  patienceMs: number | null
  /** The process of PostgreSQL that serves this session; null until somebody asked. */
  backend: number | null = null
  readonly #config: DatabaseClientConfig

  constructor(config: DatabaseClientConfig = {}) {
    super({ ...config, pipeline: true })
    this.#config = config
    this.patienceMs = config.answerMs ?? ANSWER_MS
    // The end of a connection would end the process. Its statement fails, and who asked hears of it there.
    this.on('error', () => {})
  }

  // biome-ignore lint/suspicious/noExplicitAny: the overloads of pg's query have no common type
  override query(...given: any[]): any {
    const [text, values, ...rest] = given
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : null
    const query = super.query as (...args: unknown[]) => unknown
    const answer =
      name === null ? query.apply(this, given) : query.call(this, { name, text, values }, ...rest)
    return answer instanceof Promise ? this.#answered(answer, text) : answer
  }

  async #answered(answer: Promise<unknown>, text: unknown): Promise<unknown> {
    const wait: Wait = { isOver: false, timer: null }
    if (this.patienceMs !== null) this.#waitAtMost(this.patienceMs, text === 'commit', wait)
    try {
      return await answer
    } catch (error) {
      const fault = toDatabaseFault(error, 'asking')
      if (fault instanceof DatabaseFault) this.fault ??= fault
      throw fault
    } finally {
      wait.isOver = true
      if (wait.timer) clearTimeout(wait.timer)
    }
  }

  #waitAtMost(ms: number, isCommit: boolean, wait: Wait): void {
    wait.timer = setTimeout(() => {
      // A primary that waits for its synchronous standby is right to say nothing; one that is gone is not.
      if (isCommit) void this.#lookAtCommit(Math.min(ms, COMMIT_LOOK_MS), wait)
      else this.#giveUp()
    }, ms)
    wait.timer.unref()
  }

  /** Asks on another connection whether the database still has this session. No answer is no verdict. */
  async #lookAtCommit(againMs: number, wait: Wait): Promise<void> {
    const isThere = await stillThere(this.#config, this.backend).catch(() => true)
    if (wait.isOver) return
    if (isThere) this.#waitAtMost(againMs, true, wait)
    else this.#giveUp()
  }

  #giveUp(): void {
    const seconds = Math.round((this.patienceMs ?? 0) / 1000)
    this.connection.stream.destroy(
      new DatabaseAway('The database does not answer.', new Error(`A statement waited for ${seconds} s.`)),
    )
  }
}

/** For the answer to one statement. A plain object: an AbortController for each costs a twentieth of an import. */
interface Wait {
  isOver: boolean
  timer: NodeJS.Timeout | null
}

async function stillThere(config: pg.ClientConfig, backend: number | null): Promise<boolean> {
  const client = new pg.Client({ ...config, query_timeout: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ there: boolean }>(
      `select exists (select from pg_stat_activity where pid = $1 and state = 'active') as there`,
      [backend],
    )
    return rows[0]?.there !== false
  } finally {
    // Not awaited: this one may hang as well.
    void client.end()
  }
}

function nameOf(text: string): string | null {
  const known = names.get(text)
  if (known !== undefined) return known
  if (names.size >= MAX_NAMES) return null
  const name = `debrief_${names.size}`
  names.set(text, name)
  return name
}

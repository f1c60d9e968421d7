import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientBase, Pool } from 'pg'
import { connectAlone } from '../../db/connect-alone.ts'
import { DatabaseFault } from '../../db/database-fault.ts'
import { tryLeaderLock } from '../../db/leader-lock.ts'
import type { Logger } from '../../log/logger.ts'
import { OUTBOX_CHANNEL } from '../../outbox/enqueue.ts'

interface Context {
  pool: Pool
  log: Logger
  /** False until the tables are there. */
  isPrepared(): boolean
}

interface Work {
  /** Runs while this process leads. Ends when `signal` aborts: at the latest then another may lead. */
  lead(signal: AbortSignal): Promise<void>
  /** Events were written, by this process or another. */
  onNotify(): void
  onStandby(): void
}

/**
 * A leader that is frozen says nothing, and one whose machine vanished says no goodbye: after five beats without a word
 * the database ends its connection, and another process leads.
 */
const LOCK_SETTINGS = { idle_session_timeout: '10s' }
const STANDBY_MS = 1_000
const PULSE_MS = 2_000
/** A database that has not answered for this long may have given the lock to another process. */
const PULSE_DEADLINE_MS = 5_000
/** A process that was frozen for longer may have lost the lock: it stops before it hears so. */
const FROZEN_MS = 8_000

/**
 * Of all server processes on one database, one leads. The lock belongs to a connection: when the process dies the
 * kernel closes it, and another one leads within a second or two.
 */
export async function holdLeadership(context: Context, work: Work, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (context.isPrepared()) {
      await campaign(context, work, signal).catch(err => {
        if (signal.aborted) return
        if (err instanceof DatabaseFault)
          context.log.debug({ err }, 'The database cannot say who leads; trying again')
        else context.log.error({ err }, 'The bot stumbled over a fault of its own and begins anew')
      })
    }
    await sleep(STANDBY_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** On one connection: waits for the lock, leads until it is lost. */
async function campaign({ pool, log }: Context, work: Work, signal: AbortSignal): Promise<void> {
  // Beside the pool: imports that fill it do not keep the bot from leading, and it takes none of theirs.
  const client = await connectAlone(pool, LOCK_SETTINGS)
  const lost = new AbortController()
  const loose = (why: string) => lost.abort(new Error(why))
  const stop = () => loose('The server stops.')
  client.on('error', () => loose('The connection that holds the lock was lost.'))
  client.on('end', () => loose('The connection that holds the lock was closed.'))
  client.on('notification', work.onNotify)
  signal.addEventListener('abort', stop, { once: true })
  try {
    while (!(await tryLeaderLock(client))) {
      work.onStandby()
      await sleep(STANDBY_MS, undefined, { signal: lost.signal }).catch(() => undefined)
      if (lost.signal.aborted) return
    }
    await client.query(`listen ${OUTBOX_CHANNEL}`)
    const pulse = keepPulse(client, lost)
    try {
      await work.lead(lost.signal)
    } finally {
      pulse.stop()
      if (!signal.aborted && lost.signal.aborted) log.warn(`The bot pauses: ${String(lost.signal.reason)}`)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    // Whatever ended this, nobody works on without the lock.
    loose('The work ended.')
    // Closing the connection gives the lock back, whatever state it is in.
    void client.end()
  }
}

function keepPulse(client: ClientBase, lost: AbortController): { stop(): void } {
  let deadline: NodeJS.Timeout | undefined
  let beatAt = performance.now()
  const beat = setInterval(() => {
    const pause = performance.now() - beatAt
    beatAt = performance.now()
    if (pause > FROZEN_MS) return lost.abort(new Error('This process stood still for too long.'))
    if (deadline) return
    deadline = setTimeout(
      () => lost.abort(new Error('The database does not answer on the connection that holds the lock.')),
      PULSE_DEADLINE_MS,
    )
    client
      .query('select')
      .then(() => {
        clearTimeout(deadline)
        deadline = undefined
      })
      .catch(err => lost.abort(err))
  }, PULSE_MS)
  return {
    stop() {
      clearInterval(beat)
      clearTimeout(deadline)
    },
  }
}

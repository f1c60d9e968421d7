import { PassThrough, type Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerState } from '../../server-state.ts'

/** The newest session, and which version its report is of. */
interface NewestState {
  session: number
  version: string
}

interface Context {
  /** Null: no round counts yet. May fail while the database is away. */
  look: () => Promise<NewestState | null>
  state: Pick<ServerState, 'draining' | 'shuttingDown'>
  /** Told whenever somebody comes or goes. */
  onCount?: (readers: number) => void
  /** For tests: other times and numbers. */
  limits?: Partial<typeof LIMITS>
}

/** Who reads along while an evening is played. */
export interface LiveReaders {
  /** Null: there are as many readers as there may be, of this address or of all. */
  join(address: string): Promise<Readable | null>
  /** Lets everybody go; who comes after that is let go at once. */
  close(): void
}

const LIMITS = {
  /** An open connection each, some 20 KB; a community of hundreds reads along, a flood does not fill the memory. */
  readers: 256,
  /** A team in one room, a page in a hidden tab has none. Where a proxy is not trusted all are of one address. */
  ofAddress: 64,
  /** A round is on the page within a second, and the database is asked two small questions, however many read. */
  lookMs: 300,
  /** Proxies, and our own time-out, close after a minute of silence. */
  heartbeatMs: 15_000,
  /** Then the browser comes again by itself: whose pass has ended since is not let in. */
  longestMs: 600_000,
}

interface Reader {
  stream: PassThrough
  address: string
  /** The state that he was told of last. */
  told: string | null
  since: number
  heardAt: number
}

/**
 * The readers of `GET /live`. While there are any, the database is asked again and again which state the newest session
 * is in: so what another process imported is told as well, through poolers and from standbys too, where NOTIFY does not
 * reach. Without readers nothing is asked.
 */
export function liveReaders({ look, state, onCount, limits }: Context): LiveReaders {
  const { readers: most, ofAddress, lookMs, heartbeatMs, longestMs } = { ...LIMITS, ...limits }
  const readers = new Set<Reader>()
  let isLooking = false
  let isClosed = false

  async function join(address: string): Promise<Readable | null> {
    if (isFull(address)) return null
    const newest = await look()
    // Others may have joined meanwhile.
    if (isFull(address)) return null
    const now = performance.now()
    const reader = { stream: new PassThrough(), address, told: null, since: now, heardAt: now }
    readers.add(reader)
    onCount?.(readers.size)
    reader.stream.once('close', () => forget(reader))
    reader.stream.write(`retry: ${RETRY_MS}\n\n`)
    tell(reader, newest)
    if (isStopping()) leave(reader)
    else if (!isLooking) void keepLooking()
    return reader.stream
  }

  function isFull(address: string): boolean {
    const own = [...readers].filter(reader => reader.address === address)
    return readers.size >= most || own.length >= ofAddress
  }

  function isStopping(): boolean {
    return isClosed || state.draining === true || state.shuttingDown
  }

  async function keepLooking(): Promise<void> {
    isLooking = true
    while (readers.size > 0 && !isStopping()) {
      await sleep(lookMs)
      // Away for a moment: the next look tells what was missed.
      const newest = await look().catch(() => undefined)
      for (const reader of readers) {
        if (newest !== undefined) tell(reader, newest)
        keepUp(reader)
      }
    }
    isLooking = false
    if (isStopping()) for (const reader of readers) leave(reader)
  }

  function keepUp(reader: Reader): void {
    const now = performance.now()
    // Who takes nothing any more (a phone asleep) is let go before his words fill the memory.
    if (reader.stream.writableNeedDrain || now - reader.since > longestMs) leave(reader)
    else if (now - reader.heardAt >= heartbeatMs) {
      reader.heardAt = now
      reader.stream.write(': still here\n\n')
    }
  }

  function forget(reader: Reader): void {
    readers.delete(reader)
    onCount?.(readers.size)
  }

  function leave(reader: Reader): void {
    forget(reader)
    if (reader.stream.writableNeedDrain) reader.stream.destroy()
    else reader.stream.end()
  }

  return {
    join,
    close() {
      isClosed = true
      for (const reader of readers) leave(reader)
    },
  }
}

/** Says nothing that he was told already. */
function tell(reader: Reader, newest: NewestState | null): void {
  const state = newest ? `${newest.session}-${newest.version}` : 'none'
  if (reader.told === state) return
  reader.told = state
  reader.heardAt = performance.now()
  reader.stream.write(`event: session\nid: ${state}\ndata: ${JSON.stringify(newest ?? NOTHING)}\n\n`)
}

/** How long a browser waits before it comes again. */
const RETRY_MS = 2_000

const NOTHING: { [Key in keyof NewestState]: null } = { session: null, version: null }

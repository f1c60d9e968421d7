import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { SessionReport } from '../report/session-report.ts'
import { type DrawThread, startDrawThread } from './draw-thread.ts'
import { type Drawing, drawingDigest } from './drawing.ts'
import { pictureData } from './picture-data.ts'

interface Pictures {
  performance: Buffer
  efficiency: Buffer
}

export interface PictureDrawer {
  /**
   * Both PNG; from the cache where the same data was drawn before. A `reader` waits behind the bot's posts, and is
   * refused with `PicturesBusy` where too many wait already.
   */
  draw(report: SessionReport, who?: 'post' | 'reader'): Promise<Pictures>
  /** The one picture of a drawing that is no session; the same queue, thread and cache. */
  drawOne(drawing: Exclude<Drawing, { kind: 'session' }>, who?: 'post' | 'reader'): Promise<Buffer>
  /** Ends the thread. Pictures that are not ready fail. */
  close(): Promise<void>
}

/** More readers ask for pictures at once than can be drawn in a reasonable time. */
export class PicturesBusy extends Error {
  override name = 'PicturesBusy'
}

interface Options {
  log: Logger
  /** How long the thread rests before it is ended, and gives its memory back. */
  restMs?: number
  /** When the thread is started, if nobody asks for a picture before. */
  warmUpMs?: number
  /** Readers that may wait. */
  mostWaiting?: number
}

/** Sessions whose pictures are kept: the newest is asked for again and again. 0.4 MB each. */
const CACHED = 24
/** At 0.3 s each, the last of them waits some ten seconds. */
const MOST_WAITING = 32
/** To start the thread takes a core for a second: not while a server starts. */
const WARM_UP_MS = 5_000
/** A thread with all fonts holds 150 MB. */
const REST_MS = 60_000
/** Its canvases are given back late: after so many sessions a fresh thread begins anew. */
const MOST_DRAWN = 40

interface Order {
  digest: string
  drawing: Drawing
  who: 'post' | 'reader'
  promise: Promise<Buffer[]>
  resolve: (pictures: Buffer[]) => void
  reject: (error: unknown) => void
}

/**
 * Draws in a worker thread, one session at a time: what a picture takes is tens of megabytes, so a hundred who ask at
 * once must wait for each other. The thread is started soon, so that the first picture does not wait for it.
 */
export function pictureDrawer({
  log,
  restMs = REST_MS,
  warmUpMs = WARM_UP_MS,
  mostWaiting = MOST_WAITING,
}: Options): PictureDrawer {
  const drawn = new LRUCache<string, Buffer[]>({ max: CACHED })
  const waiting = new Map<string, Order>()
  let thread: DrawThread | null = null
  let drawnByThread = 0
  let underWay: Promise<void> | null = null
  let rest: NodeJS.Timeout | undefined
  let isClosed = false
  const warmUp = setTimeout(() => {
    thread ??= startDrawThread(log)
    restSoon()
  }, warmUpMs).unref()

  return {
    async draw(report, who = 'post') {
      const [performance, efficiency] = await ask({ kind: 'session', data: pictureData(report) }, who)
      if (!performance || !efficiency) throw new Error('A session has two pictures.')
      return { performance, efficiency }
    },
    async drawOne(drawing, who = 'post') {
      const [picture] = await ask(drawing, who)
      if (!picture) throw new Error('Nothing was drawn.')
      return picture
    },
    async close() {
      isClosed = true
      clearTimeout(warmUp)
      clearTimeout(rest)
      await thread?.stop()
      await underWay
    },
  }

  function ask(drawing: Drawing, who: Order['who']): Promise<Buffer[]> {
    if (isClosed) return Promise.reject(new Error('The pictures cannot be drawn: the server is stopping.'))
    const digest = drawingDigest(drawing)
    const known = drawn.get(digest)
    if (known) return Promise.resolve(known)
    const asked = waiting.get(digest)
    if (asked) {
      if (who === 'post') asked.who = who
      return asked.promise
    }
    if (who === 'reader' && waiting.size >= mostWaiting) {
      return Promise.reject(new PicturesBusy('Many pictures are being drawn; ask again in a moment.'))
    }
    const order = newOrder(digest, drawing, who)
    waiting.set(digest, order)
    underWay ??= work()
    return order.promise
  }

  /** Draws until nobody waits. A failure is told to all who wait for that session, and tried again by the next. */
  async function work(): Promise<void> {
    clearTimeout(warmUp)
    clearTimeout(rest)
    for (let order = next(); order; order = next()) {
      try {
        if (isClosed) throw new Error('The thread that draws pictures was stopped.')
        const pictures = await (await freshThread()).draw(order.drawing)
        drawnByThread += 1
        drawn.set(order.digest, pictures)
        order.resolve(pictures)
      } catch (error) {
        order.reject(error)
      } finally {
        waiting.delete(order.digest)
      }
    }
    underWay = null
    restSoon()
  }

  function next(): Order | undefined {
    const orders = [...waiting.values()]
    return orders.find(({ who }) => who === 'post') ?? orders[0]
  }

  async function freshThread(): Promise<DrawThread> {
    if (thread?.isUp() && drawnByThread < MOST_DRAWN) return thread
    await thread?.stop()
    drawnByThread = 0
    thread = startDrawThread(log)
    return thread
  }

  function restSoon(): void {
    if (isClosed) return
    rest = setTimeout(() => {
      void thread?.stop()
      thread = null
    }, restMs).unref()
  }
}

function newOrder(digest: string, drawing: Drawing, who: 'post' | 'reader'): Order {
  let resolve: Order['resolve'] = () => undefined
  let reject: Order['reject'] = () => undefined
  const promise = new Promise<Buffer[]>((onDrawn, onFailed) => {
    resolve = onDrawn
    reject = onFailed
  })
  return { digest, drawing, who, promise, resolve, reject }
}

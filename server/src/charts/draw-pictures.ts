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
  const thread = restingThread(log, { restMs, warmUpMs })
  let underWay: Promise<void> | null = null
  let isClosed = false

  return {
    async draw(report, who = 'post') {
      const [performance, efficiency] = await ask({ kind: 'session', data: pictureData(report) }, who)
      if (!performance || !efficiency) throw new Error('A session has two pictures.')
      return { performance, efficiency }
    },
    async drawOne(wanted, who = 'post') {
      const [picture] = await ask(wanted, who)
      if (!picture) throw new Error('Nothing was drawn.')
      return picture
    },
    async close() {
      isClosed = true
      await thread.stop()
      await underWay
    },
  }

  function ask(wanted: Drawing, who: Order['who']): Promise<Buffer[]> {
    if (isClosed) return Promise.reject(new Error('The pictures cannot be drawn: the server is stopping.'))
    const digest = drawingDigest(wanted)
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
    const order = newOrder(digest, wanted, who)
    waiting.set(digest, order)
    underWay ??= work()
    return order.promise
  }

  /** Draws until nobody waits. A failure is told to all who wait for that session, and tried again by the next. */
  async function work(): Promise<void> {
    for (let order = next(); order; order = next()) {
      try {
        if (isClosed) throw new Error('The thread that draws pictures was stopped.')
        const pictures = await thread.draw(order.drawing)
        drawn.set(order.digest, pictures)
        order.resolve(pictures)
      } catch (error) {
        order.reject(error)
      } finally {
        waiting.delete(order.digest)
      }
    }
    underWay = null
    thread.rest()
  }

  function next(): Order | undefined {
    const orders = [...waiting.values()]
    return orders.find(({ who }) => who === 'post') ?? orders[0]
  }
}

/** The thread is there some time after the start, ends when it has rested, and begins anew when it is needed. */
function restingThread(log: Logger, { restMs, warmUpMs }: { restMs: number; warmUpMs: number }) {
  let thread: DrawThread | null = null
  let drawn = 0
  let isStopped = false
  let next = setTimeout(() => {
    thread = startDrawThread(log)
    rest()
  }, warmUpMs).unref()
  return {
    async draw(drawing: Drawing): Promise<Buffer[]> {
      clearTimeout(next)
      if (!thread?.isUp() || drawn >= MOST_DRAWN) {
        await thread?.stop()
        drawn = 0
        thread = startDrawThread(log)
      }
      const pictures = await thread.draw(drawing)
      drawn += 1
      return pictures
    },
    rest,
    async stop(): Promise<void> {
      isStopped = true
      clearTimeout(next)
      await thread?.stop()
    },
  }

  /** Nothing waits to be drawn. */
  function rest(): void {
    if (isStopped) return
    next = setTimeout(() => {
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

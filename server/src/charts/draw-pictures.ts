import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { SessionReport } from '../report/session-report.ts'
import { type DrawProcess, startDrawProcess } from './draw-process.ts'
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
  /** The one picture of a drawing that is no session; the same queue, process and cache. */
  drawOne(drawing: Exclude<Drawing, { kind: 'session' }>, who?: 'post' | 'reader'): Promise<Buffer>
  /** Ends the process. Pictures that are not ready fail. */
  close(): Promise<void>
}

/** More readers ask for pictures at once than can be drawn in a reasonable time. */
export class PicturesBusy extends Error {
  override name = 'PicturesBusy'
}

interface Options {
  log: Logger
  /** How long the process rests before it is ended, and gives its memory back. */
  restMs?: number
  /** Readers that may wait. */
  mostWaiting?: number
}

/** Sessions whose pictures are kept: the newest is asked for again and again. 0.4 MB each. */
const CACHED = 24
/** At 0.3 s each, the last of them waits some ten seconds. */
const MOST_WAITING = 32
/** With all fonts it holds 150 MB, and it takes half a second to start. */
const REST_MS = 60_000
/** Its canvases are given back late: after so many sessions a fresh process begins anew. */
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
 * Draws in a process of its own, one session at a time: what a picture takes is tens of megabytes, so a hundred who ask
 * at once must wait for each other.
 */
export function pictureDrawer({ log, restMs = REST_MS, mostWaiting = MOST_WAITING }: Options): PictureDrawer {
  const drawn = new LRUCache<string, Buffer[]>({ max: CACHED })
  const waiting = new Map<string, Order>()
  const painter = restingProcess(log, restMs)
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
      await painter.stop()
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
        if (isClosed) throw new Error('The process that draws pictures was stopped.')
        const pictures = await painter.draw(order.drawing)
        drawn.set(order.digest, pictures)
        order.resolve(pictures)
      } catch (error) {
        order.reject(error)
      } finally {
        waiting.delete(order.digest)
      }
    }
    underWay = null
    painter.rest()
  }

  function next(): Order | undefined {
    const orders = [...waiting.values()]
    return orders.find(({ who }) => who === 'post') ?? orders[0]
  }
}

/** The process is there when it is needed first, ends when it has rested, and begins anew when it is needed again. */
function restingProcess(log: Logger, restMs: number) {
  let running: DrawProcess | null = null
  let drawn = 0
  let isStopped = false
  let next: NodeJS.Timeout | undefined
  return {
    async draw(drawing: Drawing): Promise<Buffer[]> {
      clearTimeout(next)
      if (!running?.isUp() || drawn >= MOST_DRAWN) {
        await running?.stop()
        drawn = 0
        running = startDrawProcess(log)
      }
      const pictures = await running.draw(drawing)
      drawn += 1
      return pictures
    },
    rest,
    async stop(): Promise<void> {
      isStopped = true
      clearTimeout(next)
      await running?.stop()
    },
  }

  /** Nothing waits to be drawn. */
  function rest(): void {
    if (isStopped) return
    next = setTimeout(() => {
      void running?.stop()
      running = null
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

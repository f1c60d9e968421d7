import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { SessionReport } from '../report/session-report.ts'
import type { DrawAnswer, DrawRequest } from './draw-worker.ts'
import { type PictureData, pictureData, pictureDigest } from './picture-data.ts'

interface Pictures {
  performance: Buffer
  efficiency: Buffer
}

export interface PictureDrawer {
  /** Both PNG; from the cache where the same data was drawn before. */
  draw(report: SessionReport): Promise<Pictures>
  /** Ends the thread. Pictures that are not ready fail. */
  close(): Promise<void>
}

/** Sessions whose pictures are kept: the newest is asked for again and again. 0.4 MB each. */
const CACHED = 24
/** Drawing takes 0.3 s. A thread that takes this long is stuck. */
const TIMEOUT_MS = 20_000

/** Draws in a worker thread, which is started at once, so that the first picture does not wait for it. */
export function pictureDrawer({ log }: { log: Logger }): PictureDrawer {
  const cache = new Map<string, Promise<Pictures>>()
  let thread: DrawThread | null = startThread(log)
  let isClosed = false

  return {
    draw(report) {
      if (isClosed) return Promise.reject(new Error('The pictures cannot be drawn: the server is stopping.'))
      const data = pictureData(report)
      const digest = pictureDigest(data)
      const known = cache.get(digest)
      if (known) {
        cache.delete(digest)
        cache.set(digest, known)
        return known
      }
      if (!thread?.isUp()) thread = startThread(log)
      const drawn = thread.draw(data)
      cache.set(digest, drawn)
      for (const oldest of [...cache.keys()].slice(0, Math.max(0, cache.size - CACHED))) cache.delete(oldest)
      // A failure is told to all who wait, and tried again by the next.
      drawn.catch(() => cache.delete(digest))
      return drawn
    },
    async close() {
      isClosed = true
      await thread?.stop()
    },
  }
}

interface DrawThread {
  draw(data: PictureData): Promise<Pictures>
  isUp(): boolean
  stop(): Promise<void>
}

interface Waiting {
  resolve: (pictures: Pictures) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
}

function startThread(log: Logger): DrawThread {
  const worker = new Worker(new URL('./draw-worker-entry.mjs', import.meta.url))
  const waiting = new Map<number, Waiting>()
  let isUp = true
  let lastId = 0
  worker.unref()
  worker.on('message', (answer: DrawAnswer) => {
    const asked = take(answer.id)
    if (!asked) return
    if ('error' in answer) asked.reject(new Error(`The pictures could not be drawn: ${answer.error}`))
    else
      asked.resolve({
        performance: Buffer.from(answer.performance),
        efficiency: Buffer.from(answer.efficiency),
      })
  })
  worker.on('error', error => end(`failed: ${error instanceof Error ? error.message : String(error)}`))
  worker.on('exit', code => end(`ended with code ${code}`))
  return {
    draw: data =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        const timer = setTimeout(() => {
          end(`has not answered for ${TIMEOUT_MS / 1000} s`)
          void worker.terminate()
        }, TIMEOUT_MS)
        waiting.set(id, { resolve, reject, timer })
        // The process must not end while somebody waits for a picture.
        worker.ref()
        worker.postMessage({ id, data } satisfies DrawRequest)
      }),
    isUp: () => isUp,
    async stop() {
      end('was stopped', 'debug')
      await worker.terminate()
    },
  }

  function take(id: number): Waiting | undefined {
    const asked = waiting.get(id)
    waiting.delete(id)
    clearTimeout(asked?.timer)
    if (waiting.size === 0) worker.unref()
    return asked
  }

  function end(reason: string, level: 'error' | 'debug' = 'error'): void {
    if (!isUp) return
    isUp = false
    log[level]({ reason }, `The thread that draws pictures ${reason}.`)
    for (const id of [...waiting.keys()])
      take(id)?.reject(new Error(`The thread that draws pictures ${reason}.`))
  }
}

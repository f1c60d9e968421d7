import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { IS_MADE_READY, madeReady } from '../made-ready.ts'
import type { DrawAnswer, DrawRequest } from './draw-worker.ts'
import type { Drawing } from './drawing.ts'

export interface DrawThread {
  /** One at a time. Fails where it takes too long, or where the thread ends. */
  draw(drawing: Drawing): Promise<Buffer[]>
  isUp(): boolean
  stop(): Promise<void>
}

/** Drawing takes 0.3 s. A thread that takes this long for one session is stuck. */
const DRAWING_MS = 20_000
/** Starting takes a core for a second, and a busy machine has none: giving up would only begin it anew. */
const STARTING_MS = 120_000

/** A worker that draws: the main thread goes on meanwhile. */
export function startDrawThread(log: Logger): DrawThread {
  // It brings its own loader, if it needs one: those of the process would only be loaded once more.
  const worker = new Worker(drawWorker(), { execArgv: [] })
  let waiting: PromiseWithTimer | null = null
  let isUp = true
  let isReady = false
  worker.unref()
  worker.on('message', (answer: DrawAnswer | 'ready') => {
    if (answer === 'ready') return ready()
    const asked = take()
    if (!asked) return
    if ('error' in answer) asked.reject(new Error(`The pictures could not be drawn: ${answer.error}`))
    else asked.resolve(answer.pictures.map(png => Buffer.from(png)))
  })
  worker.on('error', error => end(`failed: ${error instanceof Error ? error.message : String(error)}`))
  worker.on('exit', code => end(`ended with code ${code}`))
  return {
    draw: drawing =>
      new Promise((resolve, reject) => {
        if (!isUp) return reject(new Error('The thread that draws pictures was stopped.'))
        waiting = { resolve, reject, timer: endIn(isReady ? DRAWING_MS : STARTING_MS) }
        // The process must not end while somebody waits for a picture.
        worker.ref()
        worker.postMessage({ drawing } satisfies DrawRequest)
      }),
    isUp: () => isUp,
    async stop() {
      end('was stopped', 'debug')
      await worker.terminate()
    },
  }

  function ready(): void {
    isReady = true
    if (!waiting) return
    clearTimeout(waiting.timer)
    waiting.timer = endIn(DRAWING_MS)
  }

  function endIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      end(`has not answered for ${ms / 1000} s`)
      void worker.terminate()
    }, ms)
  }

  function take(): PromiseWithTimer | null {
    const asked = waiting
    waiting = null
    clearTimeout(asked?.timer)
    worker.unref()
    return asked
  }

  function end(reason: string, level: 'error' | 'debug' = 'error'): void {
    if (!isUp) return
    isUp = false
    log[level]({ reason }, `The thread that draws pictures ${reason}.`)
    take()?.reject(new Error(`The thread that draws pictures ${reason}.`))
  }
}

/** Node 20 does not hand the loader of TypeScript on to a thread's first module: there, an entry in JavaScript is. */
function drawWorker(): string | URL {
  return IS_MADE_READY
    ? madeReady('charts/draw-worker').path
    : new URL('./draw-worker-entry.mjs', import.meta.url)
}

interface PromiseWithTimer {
  resolve: (pictures: Buffer[]) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
}

import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { DrawAnswer, DrawRequest } from './draw-worker.ts'
import type { Drawing } from './drawing.ts'

export interface DrawThread {
  /** One at a time. Fails where it takes longer than `timeoutMs` from now, or where the thread ends. */
  draw(drawing: Drawing): Promise<Buffer[]>
  isUp(): boolean
  stop(): Promise<void>
}

/** Starting takes 0.5 s with all fonts, drawing 0.3 s. A thread that takes this long for one session is stuck. */
const TIMEOUT_MS = 20_000

/** A worker that draws: the main thread goes on meanwhile. */
export function startDrawThread(log: Logger): DrawThread {
  const worker = new Worker(new URL('./draw-worker-entry.mjs', import.meta.url))
  let waiting: PromiseWithTimer | null = null
  let isUp = true
  worker.unref()
  worker.on('message', (answer: DrawAnswer) => {
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
        const timer = setTimeout(() => {
          end(`has not answered for ${TIMEOUT_MS / 1000} s`)
          void worker.terminate()
        }, TIMEOUT_MS)
        waiting = { resolve, reject, timer }
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

interface PromiseWithTimer {
  resolve: (pictures: Buffer[]) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
}

import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Logger } from 'pino'
import { madeReady } from '../made-ready.ts'
import { programEnvironment } from '../program-environment.ts'
import type { DrawAnswer, DrawRequest } from './draw-worker.ts'
import type { Drawing } from './drawing.ts'

export interface DrawProcess {
  /** One at a time. Fails where it takes too long, or where the process ends. */
  draw(drawing: Drawing): Promise<Buffer[]>
  isUp(): boolean
  stop(): Promise<void>
}

/** Drawing takes 0.3 s. A process that takes this long for one session is stuck. */
const DRAWING_MS = 20_000
/** Starting takes a core for half a second, and a busy machine has none: giving up would only begin it anew. */
const STARTING_MS = 120_000

/**
 * A process that draws: the server goes on meanwhile. Not a thread, whose canvases and fonts stay in the server's memory
 * when it has ended (60 MB), and whose faults, in native code, would be the server's end.
 */
export function startDrawProcess(log: Logger): DrawProcess {
  const { path, execArgv } = madeReady('charts/draw-worker')
  // Buffers as they are, not as JSON.
  const child = fork(path, [], { execArgv, env: programEnvironment(), serialization: 'advanced' })
  log.debug({ pid: child.pid }, 'The process that draws pictures begins.')
  let waiting: PromiseWithTimer | null = null
  let isUp = true
  let isReady = false
  release()
  child.on('message', (answer: DrawAnswer | 'ready') => {
    if (answer === 'ready') return ready()
    // Sent just before it was stopped. Whoever waits for its end would be let go, and we might end before it.
    if (!isUp) return
    const asked = take()
    if (!asked) return
    if ('error' in answer) asked.reject(new Error(`The pictures could not be drawn: ${answer.error}`))
    else asked.resolve(answer.pictures.map(png => Buffer.from(png)))
  })
  child.on('error', error => end(`failed: ${error.message}`))
  child.on('exit', (code, signal) => end(`ended with ${code === null ? signal : `code ${code}`}`))
  return {
    draw: drawing =>
      new Promise((resolve, reject) => {
        if (!isUp) return reject(new Error('The process that draws pictures was stopped.'))
        waiting = { resolve, reject, timer: endIn(isReady ? DRAWING_MS : STARTING_MS) }
        hold()
        child.send({ drawing } satisfies DrawRequest)
      }),
    isUp: () => isUp,
    async stop() {
      const gone = once(child, 'exit')
      end('was stopped', 'debug')
      if (child.exitCode !== null || child.signalCode !== null) return
      hold()
      child.kill('SIGKILL')
      await gone
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
      child.kill('SIGKILL')
    }, ms)
  }

  /** This process must not end while somebody waits for a picture. */
  function hold(): void {
    child.ref()
    child.channel?.ref()
  }

  function release(): void {
    child.unref()
    child.channel?.unref()
  }

  function take(): PromiseWithTimer | null {
    const asked = waiting
    waiting = null
    clearTimeout(asked?.timer)
    release()
    return asked
  }

  function end(reason: string, level: 'error' | 'debug' = 'error'): void {
    if (!isUp) return
    isUp = false
    log[level]({ reason }, `The process that draws pictures ${reason}.`)
    take()?.reject(new Error(`The process that draws pictures ${reason}.`))
  }
}

interface PromiseWithTimer {
  resolve: (pictures: Buffer[]) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
}

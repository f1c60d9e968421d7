import { setTimeout as sleep } from 'node:timers/promises'
import type { NightFile } from '../../support/game-server/night-file.ts'
import { fileForm } from '../../support/test-app.ts'

export interface SteadySender {
  /** What senders saw, and how often. */
  seen: Map<string, number>
  /** When files were confirmed; then how long the slowest of them took, in milliseconds. */
  storedAt: number[]
  slowestMs: number
  send(file: NightFile): Promise<void>
}

/**
 * Sends files of one game server, each again until it is taken, as an agent would, and keeps what it sees. `patienceMs`:
 * a file that is not taken by then is a failure.
 */
export function steadySender(front: string, token: string, patienceMs = 180_000): SteadySender {
  const sender: SteadySender = {
    ...{ seen: new Map(), storedAt: [], slowestMs: 0 },
    async send(file) {
      const started = performance.now()
      while (performance.now() - started < patienceMs) {
        const answer = await attempt(front, token, file)
        sender.seen.set(answer, (sender.seen.get(answer) ?? 0) + 1)
        if (['200', '201', '202', '422'].includes(answer)) {
          sender.storedAt.push(performance.now())
          sender.slowestMs = Math.max(sender.slowestMs, performance.now() - started)
          return
        }
        await sleep(200)
      }
      throw new Error(`${file.name} was not taken.`)
    },
  }
  return sender
}

/** The longest time without one, in milliseconds. */
export function longestGap(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  return Math.max(...sorted.map((at, index, all) => at - (all[index - 1] ?? at)))
}

function attempt(front: string, token: string, { name, content }: NightFile): Promise<string> {
  return fetch(`${front}/api/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, connection: 'close' },
    body: fileForm(name, Uint8Array.from(content)),
    signal: AbortSignal.timeout(30_000),
  }).then(
    ({ status }) => String(status),
    error => (error instanceof Error && error.name === 'TimeoutError' ? 'no answer' : 'cut'),
  )
}

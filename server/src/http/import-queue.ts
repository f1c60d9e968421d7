import { RequestFault } from './request-fault.ts'

export interface ImportQueue {
  /** Does the work when it is its turn. Throws RequestFault when too many wait for this game server. */
  run<T>(serverId: number, work: () => Promise<T>): Promise<T>
}

/**
 * Imports of one game server follow each other in the database: one works, one has read its file and is ready. More at
 * once would only hold connections that others need. (Measured with 32 at once and no queue: an upload of another game
 * server took ten times as long, /readyz seventy times.)
 */
const AT_ONCE = 2
/** An agent sends four at a time. At 20 imports a second the last of these waits for less than two seconds. */
const WAITING = 32

interface Line {
  running: number
  waiting: (() => void)[]
}

export function createImportQueue(): ImportQueue {
  const lines = new Map<number, Line>()
  return {
    async run(serverId, work) {
      const line = lines.get(serverId) ?? { running: 0, waiting: [] }
      lines.set(serverId, line)
      await myTurn(line)
      try {
        return await work()
      } finally {
        // Who comes next takes over the place: the number that runs stays.
        const next = line.waiting.shift()
        if (next) next()
        else line.running -= 1
        if (line.running === 0) lines.delete(serverId)
      }
    },
  }
}

async function myTurn(line: Line): Promise<void> {
  if (line.running < AT_ONCE) {
    line.running += 1
    return
  }
  if (line.waiting.length >= WAITING)
    throw new RequestFault(
      'busy',
      `${line.waiting.length} files of this game server wait to be imported. Nothing was stored; send it again.`,
      { 'retry-after': '2' },
    )
  await new Promise<void>(resolve => line.waiting.push(resolve))
}

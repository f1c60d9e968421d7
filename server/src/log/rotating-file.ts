import { mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface RotatingFile {
  write(text: string): void
  /** Resolves when all that was written so far is in the file, or is known not to get there. */
  settled(): Promise<void>
}

interface Options {
  path: string
  maxBytes: number
  /** How many older files stay: `x.log.1` is the youngest. */
  keep: number
  /** Lines of so many milliseconds are written together; unset: each as soon as it can be. */
  gatherMs?: number
  /** Told once when the file cannot be written, and once when it can again. */
  onFault(error: unknown): void
  onRecovery(lostLines: number): void
}

/** A stalled disk must not eat the memory: beyond this the oldest waiting lines are dropped, and counted. */
const MAX_WAITING_BYTES = 1_048_576

/**
 * A log file of bounded size that stops nothing: disk full, folder gone or read-only, file deleted or moved away
 * under us. The file is opened anew for each batch, so a deleted one comes back by itself with the next line.
 */
export function rotatingFile({
  path,
  maxBytes,
  keep,
  gatherMs = 0,
  onFault,
  onRecovery,
}: Options): RotatingFile {
  let waiting: string[] = []
  let waitingBytes = 0
  let lost = 0
  let faulty = false
  let running: Promise<void> | null = null
  let hurry = () => {}

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      if (gatherMs > 0) await gathered()
      const batch = waiting
      waiting = []
      waitingBytes = 0
      try {
        await append(batch.join(''))
        if (faulty) onRecovery(lost)
        faulty = false
        lost = 0
      } catch (error) {
        lost += batch.length
        if (!faulty) onFault(error)
        faulty = true
      }
    }
    running = null
  }

  function gathered(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, gatherMs)
      hurry = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function append(text: string): Promise<void> {
    await makeFolder(dirname(path))
    let file = await open(path, 'a', 0o640)
    try {
      if ((await file.stat()).size + text.length > maxBytes) {
        await file.close()
        await rotate(path, keep)
        file = await open(path, 'a', 0o640)
      }
      await file.writeFile(text)
    } finally {
      await file.close()
    }
  }

  return {
    write(text) {
      waiting.push(text)
      waitingBytes += text.length
      while (waitingBytes > MAX_WAITING_BYTES && waiting.length > 1) {
        waitingBytes -= waiting.shift()?.length ?? 0
        lost++
      }
      running ??= drain()
    },
    async settled() {
      while (running) {
        hurry()
        await running
      }
    },
  }
}

/** Not `recursive`: where the kernel refuses with ENOENT (below /proc), Node would try for ever in a busy thread. */
async function makeFolder(path: string): Promise<void> {
  if (await madeFolder(path)) return
  if (dirname(path) !== path) await makeFolder(dirname(path))
  if (!(await madeFolder(path))) throw new Error(`The folder ${path} cannot be made.`)
}

/** False: the folder above is not there. */
async function madeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // The other log files make the same folder at the same time.
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error
    return code === 'EEXIST'
  }
  return true
}

async function rotate(path: string, keep: number): Promise<void> {
  if ((await stat(path)).size === 0) return
  for (let age = keep - 1; age >= 0; age--) {
    await rename(age === 0 ? path : `${path}.${age}`, `${path}.${age + 1}`).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      },
    )
  }
}

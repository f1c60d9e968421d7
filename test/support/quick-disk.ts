import { accessSync, constants, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const MEMORY = '/dev/shm'
/** More than all databases of a run at once. A container has 64 MB there unless it was given more. */
const ENOUGH_BYTES = 4 * 1024 ** 3

/**
 * Where the databases of tests lie: in memory where there is plenty. Hundreds of copies are made and dropped, and on a
 * disk each takes the kernel ten times as long.
 */
export function quickDisk(): string {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize > ENOUGH_BYTES ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}

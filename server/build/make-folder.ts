import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { removeOlder } from './remove-older.ts'

/**
 * A folder of what is made of sources, named for them: it appears whole or not at all, and those of older sources go.
 * Throws where it cannot be written.
 */
export async function makeFolder(folder: URL, make: (place: string) => Promise<void>): Promise<void> {
  const place = fileURLToPath(folder).replace(/[\\/]$/, '')
  const making = `${place}.${randomUUID()}`
  await mkdir(making, { recursive: true })
  try {
    await make(making)
    await rename(making, place).catch(error => {
      // Somebody was faster, and made the same.
      if (!['EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error
    })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  await removeOlder(place)
}

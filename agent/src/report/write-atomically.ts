import { open, rename, rm } from 'node:fs/promises'

/** A reader sees the old text or the new one, also after a power cut: written aside, synced, renamed. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}.new`
  try {
    const handle = await open(aside, 'w', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
}

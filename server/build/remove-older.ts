import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Processes of this many versions may still run, and load parts of theirs. (With 3, a server that was not restarted
 * during three upgrades could draw no picture any more.)
 */
const KEPT = 10
/** What is still unfinished after so long is nobody's work any more. */
const UNFINISHED_MS = 3_600_000

/** Removes the programs of versions that were made long before those in `newest`, and what somebody left unfinished. */
export async function removeOlder(newest: string): Promise<void> {
  const folder = dirname(newest)
  const names = await readdir(folder)
  const found = await Promise.all(
    names.map(async name => {
      const path = join(folder, name)
      return { path, at: (await stat(path).catch(() => null))?.mtimeMs ?? 0 }
    }),
  )
  const isUnfinished = ({ path }: { path: string }) => path.includes('.', folder.length)
  const whole = found.filter(each => !isUnfinished(each) && each.path !== newest).sort((a, b) => b.at - a.at)
  const left = found.filter(each => isUnfinished(each) && each.at < Date.now() - UNFINISHED_MS)
  for (const { path } of [...whole.slice(KEPT - 1), ...left]) await rm(path, { recursive: true, force: true })
}

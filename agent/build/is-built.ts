import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const WORKSPACE = new URL('../../', import.meta.url)

/** Where the one file is kept, and where the server looks for it. */
export const AGENT_FILE = fileURLToPath(new URL('agent/dist/debrief-agent.cjs', WORKSPACE))

/** What goes into the one file. The lockfile stands for the packages. */
const SOURCES = ['agent/src', 'agent/build', 'agent/package.json', 'shared/src', 'pnpm-lock.yaml']

/** Whether the one file is there and no source is newer. A release has no sources: then what is there is right. */
export async function isBuilt(file: string): Promise<boolean> {
  const built = await stat(file).catch(() => null)
  if (!built) return false
  for (const source of SOURCES) {
    if ((await newest(fileURLToPath(new URL(source, WORKSPACE)))) > built.mtimeMs) return false
  }
  return true
}

/** Milliseconds; 0 if nothing is there. A folder counts itself, as it changes when a file of it goes. */
async function newest(path: string): Promise<number> {
  const own = await stat(path).catch(() => null)
  if (!own) return 0
  if (!own.isDirectory()) return own.mtimeMs
  const entries: Dirent[] = await readdir(path, { withFileTypes: true })
  const inside = await Promise.all(entries.map(({ name }) => newest(join(path, name))))
  return Math.max(own.mtimeMs, ...inside)
}

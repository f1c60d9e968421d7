import { createHash, type Hash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const WORKSPACE = new URL('../../', import.meta.url)

/** Where the one file is kept, and where the server looks for it. */
export const AGENT_FILE = fileURLToPath(new URL('agent/dist/debrief-agent.cjs', WORKSPACE))

/** What goes into the one file. The lockfile stands for the packages. */
const SOURCES = ['agent/src', 'agent/build', 'agent/package.json', 'shared/src', 'pnpm-lock.yaml']

/**
 * Whether the one file is there and was made of exactly these sources, by what is in them: those of an older version that
 * was put back are not newer than the file. A release has no sources: then what is there is right.
 */
export async function isBuilt(file: string, workspace = WORKSPACE): Promise<boolean> {
  if (!(await stat(file).catch(() => null))) return false
  const digest = await sourcesDigest(workspace)
  return digest === null || digest === (await readFile(digestFile(file), 'utf8').catch(() => ''))
}

/** Where it is kept of which sources `file` was made. */
export function digestFile(file: string): string {
  return `${file}.sources`
}

/** Null: there are no sources. */
export async function sourcesDigest(workspace = WORKSPACE): Promise<string | null> {
  const hash = createHash('sha256')
  if (!(await addTo(hash, new URL('agent/src', workspace), 'agent/src'))) return null
  for (const source of SOURCES) await addTo(hash, new URL(source, workspace), source)
  return hash.digest('hex')
}

async function addTo(hash: Hash, url: URL, name: string): Promise<boolean> {
  const found = await stat(url).catch(() => null)
  if (!found) return false
  if (found.isDirectory()) {
    for (const inside of (await readdir(url)).sort())
      await addTo(hash, new URL(`${url.href}/${encodeURIComponent(inside)}`), `${name}/${inside}`)
  } else hash.update(`${name} ${found.size}\n`).update(await readFile(url))
  return true
}

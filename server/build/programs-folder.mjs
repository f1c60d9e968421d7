import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const WORKSPACE = new URL('../../', import.meta.url)

/** Whatever can change the programs. The lockfile stands for the packages. */
export const SOURCES = [
  'server/src',
  'server/build',
  'shared/src',
  'agent/src',
  'agent/build',
  'pnpm-lock.yaml',
]

/**
 * Where the programs of exactly these sources belong, whether they are there or not: the folder is named for the place,
 * the size and the time of every source. So an upgrade, also to files that are older, never runs what was made of others;
 * and a process that still runs an older version finds its own parts to the end. Times in whole seconds: the layer of an
 * image that is pulled keeps no more, and its account may not write here.
 */
export function programsFolder(workspace = WORKSPACE) {
  return new URL(`server/dist/${digestOf(SOURCES, workspace)}/`, workspace)
}

/** Of the places, sizes and times of everything there; a place is told from the workspace. */
export function digestOf(sources, workspace = WORKSPACE) {
  const hash = createHash('sha256')
  for (const source of sources) addTo(hash, fileURLToPath(new URL(source, workspace)))
  return hash.digest('hex').slice(0, 16)
}

function addTo(hash, path) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return
  if (found.isDirectory()) {
    for (const name of readdirSync(path).sort()) addTo(hash, `${path}/${name}`)
  } else {
    hash.update(`${path} ${found.size} ${Math.floor(found.mtimeMs / 1000)}\n`)
  }
}

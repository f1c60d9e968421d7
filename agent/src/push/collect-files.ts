import { lstat, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isStatsFileName } from '@debrief/shared'

export interface FileToPush {
  path: string
  name: string
  bytes: number
  mtimeMs: number
  /** By the caller itself, and not found in a folder: then, and only then, it may be a link. */
  isNamed: boolean
}

export interface Collected {
  files: FileToPush[]
  /** In folders: what no stats file is called, and what is none: links, pipes, folders. */
  skipped: number
  problems: string[]
}

/**
 * What the arguments name, oldest first. From a folder come the regular files with a stats file's name: a link there
 * may have been put there by anybody who may write into it, and could point at anything that this user may read. A
 * file that is named itself is taken as it is, and the server judges it.
 */
export async function collectFiles(paths: string[]): Promise<Collected> {
  const found = new Map<string, FileToPush>()
  const problems: string[] = []
  let skipped = 0
  for (const path of paths) {
    try {
      const info = await stat(path)
      if (!info.isDirectory()) {
        if (info.isFile()) take(path, info, true)
        else problems.push(`${path} is not a regular file.`)
        continue
      }
      for (const name of await readdir(path)) {
        const inside = isStatsFileName(name) ? await lstat(join(path, name)) : null
        if (inside?.isFile()) take(join(path, name), inside, false)
        else skipped++
      }
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
    }
  }
  function take(path: string, { size, mtimeMs }: { size: number; mtimeMs: number }, isNamed: boolean): void {
    if (!found.get(path)?.isNamed)
      found.set(path, { path, name: basename(path), bytes: size, mtimeMs, isNamed })
  }
  const files = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { files, skipped, problems }
}

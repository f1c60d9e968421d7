import { lstat, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isStatsFileName } from '@debrief/shared'

export interface FileToPush {
  path: string
  name: string
  bytes: number
  mtimeMs: number
}

export interface Collected {
  files: FileToPush[]
  /** In folders: what no stats file is called, and what is none: links, pipes, folders. */
  skipped: number
  problems: string[]
}

/**
 * What the arguments name, oldest first. From a folder come the regular files with a stats file's name; a file that is
 * named itself is taken whatever it is called, and the server judges it. No link to a file is followed: it may have been
 * put there by anybody who may write into its folder, and could point at anything that this user may read. A shell that
 * makes names of `gamestats/*` names such a link as well.
 */
export async function collectFiles(paths: string[]): Promise<Collected> {
  const found = new Map<string, FileToPush>()
  const problems: string[] = []
  let skipped = 0
  for (const path of paths) {
    try {
      const info = await lstat(path)
      if (info.isFile()) take(path, info)
      else if ((await stat(path)).isDirectory()) await takeFrom(path)
      else if (info.isSymbolicLink())
        problems.push(`${path} is a link, which is not followed. Name the file that it leads to.`)
      else problems.push(`${path} is not a regular file.`)
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
    }
  }
  async function takeFrom(folder: string): Promise<void> {
    for (const name of await readdir(folder)) {
      const inside = isStatsFileName(name) ? await lstat(join(folder, name)) : null
      if (inside?.isFile()) take(join(folder, name), inside)
      else skipped++
    }
  }
  function take(path: string, { size, mtimeMs }: { size: number; mtimeMs: number }): void {
    found.set(path, { path, name: basename(path), bytes: size, mtimeMs })
  }
  const files = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { files, skipped, problems }
}

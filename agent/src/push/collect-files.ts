import { readdir, stat } from 'node:fs/promises'
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
  /** In folders: what no stats file is called. */
  skipped: number
  problems: string[]
}

/**
 * What the arguments name, oldest first. From a folder come the files with a stats file's name; a file that is named
 * itself is taken as it is, and the server judges it.
 */
export async function collectFiles(paths: string[]): Promise<Collected> {
  const found = new Map<string, FileToPush>()
  const problems: string[] = []
  let skipped = 0
  for (const path of paths) {
    try {
      const info = await stat(path)
      if (!info.isDirectory()) {
        await take(path)
        continue
      }
      for (const name of await readdir(path)) {
        if (isStatsFileName(name)) await take(join(path, name))
        else skipped++
      }
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
    }
  }
  async function take(path: string): Promise<void> {
    const info = await stat(path)
    if (info.isFile())
      found.set(path, { path, name: basename(path), bytes: info.size, mtimeMs: info.mtimeMs })
    else problems.push(`${path} is not a regular file.`)
  }
  const files = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { files, skipped, problems }
}

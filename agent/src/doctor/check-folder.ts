import { open, readdir, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Finding, failed, isStatsFileName, ok, passing, toInstant, warning } from '@debrief/shared'
import type { FileSource, SourceEntry } from '../source/source.ts'

const OLD_MS = 30 * 86_400_000

/** Is the folder there, may we read it, and is it the one that the game writes to? */
export async function checkFolder(source: FileSource, dir: string, signal: AbortSignal): Promise<Finding[]> {
  const others = await otherFolders(dir)
  const hint = others.length > 0 ? ` There are stats files in ${others.join(' and ')}: is it that one?` : ''
  try {
    const { entries, skipped, problem } = await source.list(signal)
    if (problem)
      return [failed('folder', problem, 'The others are delivered; this one is tried again each minute.')]
    const newest = entries.reduce(
      (latest, entry) => Math.max(latest, entry.mtimeMs),
      Number.NEGATIVE_INFINITY,
    )
    if (entries.length === 0) {
      return [
        warning(
          'folder',
          `${dir} can be read, but holds no stats file (${skipped} other entries).`,
          `Fine before the first round. Otherwise compare with fs_homepath of the game (/fs_homepath in its console): the folder is <fs_homepath>/legacy/gamestats.${hint}`,
        ),
      ]
    }
    const unread = await checkNewest(dir, entries)
    if (unread) return [unread]
    const findings = [
      ok(
        'folder',
        `${dir} holds ${entries.length} stats files, the newest of ${toInstant(newest) ?? 'a time that no clock shows'}.`,
      ),
    ]
    if (hint)
      findings.push(
        warning(
          'fs_homepath',
          `Newer stats files lie elsewhere.${hint}`,
          'Set GAMESTATS_DIR to the folder the game writes to now.',
        ),
      )
    else if (Date.now() - newest > OLD_MS) {
      findings.push(
        warning(
          'fs_homepath',
          'The newest stats file is more than 30 days old.',
          'If there were rounds since, the game writes elsewhere: check fs_homepath and the Lua modules (lua_modules).',
        ),
      )
    }
    return findings
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const isAbsent = await stat(dir).then(
      () => false,
      error => error.code === 'ENOENT',
    )
    const right = `Set GAMESTATS_DIR to <fs_homepath>/legacy/gamestats of the game.${hint}`
    if (!isAbsent) return [failed('folder', reason, `${whoMayRead()} If it is another folder: ${right}`)]
    return [
      passing(
        failed('folder', reason, `Fine before the first round: the game makes it. Otherwise: ${right}`),
        'folder',
      ),
    ]
  }
}

/** An open folder may hold files that are not. Null if the newest can be read. */
async function checkNewest(dir: string, entries: readonly SourceEntry[]): Promise<Finding | null> {
  const newest = entries.reduce((a, b) => (b.mtimeMs > a.mtimeMs ? b : a))
  try {
    const handle = await open(join(dir, newest.name), 'r')
    await handle.close()
    return null
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return failed('folder', `The folder can be read, but its newest file cannot (${reason}).`, whoMayRead())
  }
}

/** A person's own view says nothing about the service's. */
function whoMayRead(): string {
  const isService = Boolean(process.env.INVOCATION_ID)
  return isService || process.getuid?.() === 0
    ? 'Run `sudo debrief-agent install` again: it finds who may read the folder now.'
    : 'This user may not; whether the service may is told by `sudo debrief-agent doctor`.'
}

export async function checkDisk(stateDir: string): Promise<Finding> {
  const place = await nearestExisting(stateDir)
  const { bavail, bsize } = await statfs(place)
  const megabytes = Math.floor((bavail * bsize) / 1_000_000)
  if (megabytes < 50)
    return warning(
      'disk',
      `${megabytes} MB are free at ${place}.`,
      'Make room: the game cannot write its stats files on a full disk.',
    )
  return ok('disk', `${megabytes} MB are free at ${place}.`)
}

/** Folders of the same game beside this one with a newer stats file: another mod folder, another home path. */
async function otherFolders(dir: string): Promise<string[]> {
  const newestHere = await newestIn(dir)
  const home = dirname(dirname(dir))
  const mods = await readdir(home).catch(() => [])
  const found: string[] = []
  for (const mod of mods) {
    const candidate = join(home, mod, 'gamestats')
    if (candidate !== dir && (await newestIn(candidate)) > newestHere) found.push(candidate)
  }
  return found
}

async function newestIn(dir: string): Promise<number> {
  const names = (await readdir(dir).catch(() => [])).filter(isStatsFileName).sort()
  const last = names.at(-1)
  return last ? (await stat(join(dir, last)).catch(() => ({ mtimeMs: 0 }))).mtimeMs : 0
}

async function nearestExisting(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  return isThere || dirname(path) === path ? path : nearestExisting(dirname(path))
}

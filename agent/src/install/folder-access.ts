import { execFileSync } from 'node:child_process'
import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isStatsFileName } from '@debrief/shared'
import type { FolderAccess } from './unit/unit-settings.ts'

const READ_AND_SEARCH = 0o5
const READ = 0o4
const SEARCH = 0o1
/** As many of the newest files tell with what mode the game writes. */
const LOOK_AT = 20

/**
 * The least that reads the folder and the files that the game writes into it. Home folders above it do not count, as
 * the service sees the folder alone there; elsewhere everybody on the way must be let through. A folder that is not
 * there yet will be made by the owner of what is there, for himself and his group (the game makes it with mode 0750).
 * Throws a sentence if this user may not look.
 */
export function folderAccess(dir: string | null): FolderAccess {
  if (!dir) return { kind: 'anyone' }
  try {
    const info = statSync(dir, { throwIfNoEntry: false })
    return info ? accessOf(dir, info) : ownerOf(nearestParent(dir))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`Who may read ${dir} cannot be seen as this user (${reason}). Run this with sudo.`, {
      cause: error,
    })
  }
}

function accessOf(dir: string, folder: Stats): FolderAccess {
  const files = newestFiles(dir)
  const isOnTheWayOpen =
    isShownAlone(dir) || parents(dir).every(parent => (statSync(parent).mode & SEARCH) !== 0)
  const [closed = folder] = [
    ...(mayOthers(folder, READ_AND_SEARCH) ? [] : [folder]),
    ...files.filter(file => !mayOthers(file, READ)),
  ]
  const isOpen = mayOthers(closed, closed === folder ? READ_AND_SEARCH : READ)
  if (isOnTheWayOpen && isOpen) return { kind: 'anyone' }
  const mayGroup = (info: Stats, bits: number) =>
    mayOthers(info, bits) || (info.gid === closed.gid && ((info.mode >> 3) & bits) === bits)
  const group = nameOf('group', closed.gid)
  if (isOnTheWayOpen && closed.gid !== 0 && group) {
    if (mayGroup(folder, READ_AND_SEARCH) && files.every(file => mayGroup(file, READ)))
      return { kind: 'group', group }
  }
  return userOf(closed)
}

function ownerOf(parent: Stats): FolderAccess {
  return parent.uid === 0 ? { kind: 'anyone' } : userOf(parent)
}

function userOf({ uid }: Stats): FolderAccess {
  return { kind: 'user', user: nameOf('passwd', uid) ?? String(uid) }
}

function newestFiles(dir: string): Stats[] {
  const entries: Dirent[] = readdirSync(dir, { withFileTypes: true })
  return entries
    .filter(entry => entry.isFile() && isStatsFileName(entry.name))
    .map(({ name }) => statSync(join(dir, name), { throwIfNoEntry: false }))
    .filter(info => info !== undefined)
    .sort((a, b) => b.mtimeMs - a.mtimeMs)
    .slice(0, LOOK_AT)
}

/** Under these, the unit shows an empty tree with the folder in it. */
function isShownAlone(dir: string): boolean {
  return /^\/(home|root|run\/user|srv|opt|mnt|media)\//.test(dir)
}

function mayOthers({ mode }: Stats, bits: number): boolean {
  return (mode & bits) === bits
}

function nearestParent(dir: string): Stats {
  const parent = dirname(dir)
  return statSync(parent, { throwIfNoEntry: false }) ?? nearestParent(parent)
}

function parents(dir: string): string[] {
  const parent = dirname(dir)
  return parent === dir ? [] : [parent, ...parents(parent)]
}

function nameOf(database: 'group' | 'passwd', id: number): string | null {
  try {
    return execFileSync('getent', [database, String(id)], { encoding: 'utf8' }).split(':')[0] || null
  } catch {
    return null
  }
}

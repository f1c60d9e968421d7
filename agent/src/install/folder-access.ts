import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FolderAccess } from './systemd-unit.ts'

const READ_AND_SEARCH = 0o5

/**
 * The least that reads the folder. Home folders above it do not count, as the service sees the folder alone there;
 * elsewhere everybody on the way must be let through. A folder that is not there yet is taken to be open to all, as
 * the game makes it.
 */
export function folderAccess(dir: string | null): FolderAccess {
  const info = dir ? statSync(dir, { throwIfNoEntry: false }) : undefined
  if (!dir || !info) return { kind: 'anyone' }
  const isOnTheWayOpen =
    isShownAlone(dir) || parents(dir).every(parent => (statSync(parent).mode & 0o1) !== 0)
  if (isOnTheWayOpen && has(info.mode, 0)) return { kind: 'anyone' }
  const group = nameOf('group', info.gid)
  if (isOnTheWayOpen && has(info.mode, 3) && info.gid !== 0 && group) return { kind: 'group', group }
  return { kind: 'user', user: nameOf('passwd', info.uid) ?? String(info.uid) }
}

/** Under these, the unit shows an empty tree with the folder in it. */
function isShownAlone(dir: string): boolean {
  return /^\/(home|root|run\/user|srv|opt|mnt|media)\//.test(dir)
}

function has(mode: number, shift: number): boolean {
  return ((mode >> shift) & READ_AND_SEARCH) === READ_AND_SEARCH
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

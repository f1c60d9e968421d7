import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from './is-alive.ts'

/** The process that runs a server on this data folder, as PostgreSQL's own lock file tells. */
export function postmasterPid(cluster: string): number | undefined {
  const pid = Number.parseInt(readIfThere(join(cluster, 'postmaster.pid')), 10)
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined
}

/**
 * After a power cut the lock file stays, empty or garbled as the disk left it, or with a process id that is some other
 * program's by now: PostgreSQL would refuse to start for ever. Where /proc can tell that no process at all works in the
 * folder, the file is removed. (The id of a process that is gone, PostgreSQL sees through by itself.)
 */
export async function removeStaleLock(cluster: string): Promise<void> {
  const lock = join(cluster, 'postmaster.pid')
  if (process.platform !== 'linux' || !existsSync(lock)) return
  const namesTheDead = /^-?\d+$/m.test(readIfThere(lock)) && postmasterPid(cluster) === undefined
  if (namesTheDead) return
  if (!readdirSync('/proc').some(pid => /^\d+$/.test(pid) && worksIn(pid, cluster)))
    await rm(lock, { force: true })
}

/** PostgreSQL's processes have the data folder as their working directory. */
function worksIn(pid: string, cluster: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === cluster
  } catch (error) {
    // Gone meanwhile: no. Hidden from us: it could be.
    const isHidden = error instanceof Error && 'code' in error && error.code === 'EACCES'
    return isHidden && mentionsPostgres(pid) && ownerOf(`/proc/${pid}`) === ownerOf(cluster)
  }
}

/** PostgreSQL refuses a folder that is not its own user's. */
function ownerOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.uid
}

function mentionsPostgres(pid: string): boolean {
  return readIfThere(`/proc/${pid}/cmdline`).includes('postgres')
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

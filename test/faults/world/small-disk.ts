import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

export interface SmallDisk {
  path: string
  /** Not a byte is left. */
  fill(): void
  /** What filled it is removed. */
  free(): void
  /** False: the kernel says that somebody is writing just now. */
  setReadOnly(isReadOnly: boolean): boolean
}

/** A file system of its own in memory, which can be full or read-only; null where this user may not mount one. */
export function smallDisk(t: Test, kilobytes: number): SmallDisk | null {
  if (process.getuid?.() !== 0) return null
  const path = mkdtempSync(join(tmpdir(), 'debrief-disk-'))
  const size = `size=${kilobytes}k,mode=0777`
  if (!works('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', path])) {
    rmSync(path, { recursive: true })
    return null
  }
  chmodSync(path, 0o777)
  t.teardown(() => {
    works('umount', ['--lazy', path])
    rmSync(path, { recursive: true, force: true })
  })
  const ballast = join(path, 'ballast')
  return {
    path,
    fill() {
      const { bavail, bsize } = statfsSync(path)
      works('fallocate', ['--offset', '0', '--length', String(Math.max(1, bavail * bsize)), ballast])
    },
    free: () => rmSync(ballast, { force: true }),
    setReadOnly: isReadOnly => works('mount', ['-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, path]),
  }
}

function works(program: string, args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

import { chmod, chown, lstat, mkdir, rmdir } from 'node:fs/promises'
import type { Folder } from './open-folder.ts'

/** The folder of the server's socket, open to this user alone: that is the only lock on the door. */
export async function makeSocketDir({ socketDir, runAs }: Folder): Promise<void> {
  await mkdir(socketDir, { recursive: true, mode: 0o700 })
  const found = await lstat(socketDir)
  // In the temporary folder anybody could have been there first.
  if (!found.isDirectory() || ![process.getuid?.() ?? found.uid, runAs.uid].includes(found.uid))
    throw new Error(
      `${socketDir} belongs to somebody else, so the database cannot be reached there. Remove it.`,
    )
  await chmod(socketDir, 0o700)
  if (runAs.uid !== undefined && runAs.gid !== undefined) await chown(socketDir, runAs.uid, runAs.gid)
}

/** Leaves nothing in the temporary folder. Not empty: another process has started a server meanwhile. */
export async function removeSocketDir({ socketDir }: Folder): Promise<void> {
  await rmdir(socketDir).catch(() => {})
}

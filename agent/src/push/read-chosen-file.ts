import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { FileToPush } from './collect-files.ts'

/** The bytes of a file that was chosen before. A link may have been put in its place meanwhile. Throws in a sentence. */
export async function readChosenFile({ path }: FileToPush): Promise<Buffer> {
  // O_NONBLOCK: a pipe would be waited for without an end.
  let handle: FileHandle
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOOP')
      throw new Error(`${path} is a link, which is not followed.`, { cause: error })
    throw error
  }
  try {
    if (!(await handle.stat()).isFile()) throw new Error(`${path} is not a regular file.`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

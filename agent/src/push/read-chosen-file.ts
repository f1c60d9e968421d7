import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { FileToPush } from './collect-files.ts'

/**
 * The bytes of a file that was chosen before. One that came from a folder must still be a file: a link put in its
 * place meanwhile would lead out of the folder. Throws in a sentence.
 */
export async function readChosenFile({ path, isNamed }: FileToPush): Promise<Buffer> {
  // O_NONBLOCK: a pipe would be waited for without an end.
  const noFollow = isNamed ? 0 : (constants.O_NOFOLLOW ?? 0)
  let handle: FileHandle
  try {
    handle = await open(path, constants.O_RDONLY | noFollow | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOOP')
      throw new Error(`${path} is a link, and links in a folder are not followed.`, { cause: error })
    throw error
  }
  try {
    if (!(await handle.stat()).isFile()) throw new Error(`${path} is not a regular file.`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

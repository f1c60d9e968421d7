import { chmod, lstat, mkdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { COMMAND_FILE, PROGRAM_FILE } from './paths.ts'

/** Where sudo's usual path finds `node`. */
const USUAL_NODES = ['/usr/bin/node', '/usr/local/bin/node', '/bin/node']
const MARK = '# Made by debrief-agent install.'

/**
 * Makes `debrief-agent` a command: a link to the program, or, where node lies in no usual place (nvm, /opt), two lines
 * that start that very node. Something else of that name is left alone. The answer is a line for the person.
 */
export async function linkCommand(root: string, nodePath: string): Promise<string> {
  const file = join(root, COMMAND_FILE)
  if (!(await isOurs(file)))
    return `left ${file} alone: it is not ours. The commands: ${nodePath} ${PROGRAM_FILE} status`
  await mkdir(dirname(file), { recursive: true, mode: 0o755 })
  await rm(file, { force: true })
  if (USUAL_NODES.includes(nodePath)) await symlink(PROGRAM_FILE, file)
  else {
    await writeFile(
      file,
      `#!/bin/sh\n${MARK}\nexec '${nodePath.replaceAll("'", "'\\''")}' ${PROGRAM_FILE} "$@"\n`,
    )
    await chmod(file, 0o755)
  }
  return `made  ${file} (the command)`
}

/** Whether it was removed. */
export async function unlinkCommand(root: string): Promise<boolean> {
  const file = join(root, COMMAND_FILE)
  const isThere = await lstat(file).then(
    () => true,
    () => false,
  )
  if (!isThere || !(await isOurs(file))) return false
  await rm(file)
  return true
}

/** Also true where nothing is. */
async function isOurs(file: string): Promise<boolean> {
  try {
    const info = await lstat(file)
    if (info.isSymbolicLink()) return (await readlink(file)) === PROGRAM_FILE
    return info.isFile() && (await readFile(file, 'utf8')).split('\n')[1] === MARK
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true
    throw error
  }
}

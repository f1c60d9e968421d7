import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PostgresBinaries } from './postgres-binaries.ts'

/** How to run the server's programs on a folder: as another user, or with words in front of the command. */
export interface RunAs {
  uid?: number
  gid?: number
  prefix: string[]
}

/** PostgreSQL refuses to run as root. Everybody else runs it as themselves. */
export async function runAs(folder: string, binaries: PostgresBinaries): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { prefix: [] }

  const owner = await stat(folder)
  if (owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, prefix: [] }

  // A name space in which we only look like nobody: files stay root's, and folders that only root may enter stay open.
  const inNameSpace = ['unshare', '-U', `--map-user=${nobody}`, `--map-group=${nobody}`]
  if (succeeds([...inNameSpace, binaries.postgres, '--version'])) return { prefix: inNameSpace }

  // Many containers forbid that. Then really as nobody, who must be able to reach the programs and the folder.
  const mayRun = succeeds([binaries.postgres, '--version'], nobody)
  const mayEnter = succeeds(['test', '-x', dirname(folder)], nobody)
  if (mayRun && mayEnter) {
    // The folder may hold a database from a time when name spaces were open.
    if (!succeeds(['chown', '-R', `${nobody}:${nobody}`, folder]))
      throw new Error(
        `${folder} cannot be given to the user ${nobody}, whom the database runs as under root.`,
      )
    return { uid: nobody, gid: nobody, prefix: [] }
  }
  throw new Error(
    'This is root, and PostgreSQL refuses to run as root. Neither user name spaces (unshare -U) nor the user ' +
      `${nobody} can be used instead: it cannot ${mayRun ? `enter ${dirname(folder)}` : `run ${binaries.postgres}`}. ` +
      'Start this as an ordinary user, or set DATABASE_URL to a PostgreSQL server, version 15 or newer.',
  )
}

/** `nobody` on Linux and elsewhere. */
const nobody = 65534

function succeeds([command = '', ...args]: string[], user?: number): boolean {
  const identity = user === undefined ? {} : { uid: user, gid: user }
  return spawnSync(command, args, { stdio: 'ignore', ...identity }).status === 0
}

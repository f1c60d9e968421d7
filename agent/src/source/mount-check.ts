import { readFile, realpath } from 'node:fs/promises'
import { mountedFolder } from './mount-info.ts'
import { SourceUnavailable } from './source.ts'

/**
 * systemd shows the service its folder through a bind mount, which follows the folder and not its name: moved away and
 * made anew, the old one is watched for ever. The kernel tells where the mounted folder is now; another place than at
 * first means that the folder of that name is another one, which only a new start can see.
 */
export function createMountCheck(
  dir: string,
  readMounts: () => Promise<string> = () => readFile('/proc/self/mountinfo', 'utf8'),
): () => Promise<void> {
  let first: string | null = null
  return async () => {
    const now = await look(dir, readMounts)
    first ??= now
    if (now !== null && now !== first) {
      throw new SourceUnavailable(
        `${dir} was moved away (it is ${now} now); what is seen here is the moved folder, not the one of that name.`,
      )
    }
  }
}

/** Null where nothing is mounted, and on systems that do not tell. */
async function look(dir: string, readMounts: () => Promise<string>): Promise<string | null> {
  try {
    return mountedFolder(await readMounts(), await realpath(dir))
  } catch {
    return null
  }
}

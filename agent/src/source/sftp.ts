import { posix } from 'node:path'
import { DEFAULT_MAX_FILE_BYTES, isStatsFileName } from '@debrief/shared'
import type { SFTPWrapper, Stats } from 'ssh2'
import type { SshConfig } from '../config.ts'
import { isSameLook } from '../delivery/settle.ts'
import {
  type FileSource,
  type Listing,
  type ReadResult,
  type Recall,
  type SourceEntry,
  SourceUnavailable,
  seeAnew,
} from './source.ts'
import { createSshSession, SSH_TIMEOUTS, type SshSession, type SshTimeouts } from './ssh-session.ts'

/** SFTP version 3 tells times in whole seconds: a change within the same second shows after the next one only. */
const QUIET_MS = 1_100
const STATUS_END = 1
const STATUS_NO_SUCH_FILE = 2
const STATUS_PERMISSION_DENIED = 3
const MODE_KIND = 0o170000
const MODE_REGULAR = 0o100000

/** The folder of a host on which no agent can run. Only the SFTP subsystem is used, and only to read. */
export function sftpSource(config: SshConfig, timeouts: SshTimeouts = SSH_TIMEOUTS): FileSource {
  const session = createSshSession(config, timeouts)
  return {
    kind: 'ssh',
    place: `${config.user}@${config.host}:${config.dir}`,
    quietMs: QUIET_MS,
    list: (signal, recall = () => undefined) => list(session, config.dir, recall, signal),
    look: (name, signal) => look(session, config.dir, name, signal),
    read: (entry, signal) => read(session, config.dir, entry, signal),
    close: () => session.close(),
  }
}

/** Twenty years of a busy server; a host that goes on and on (a fault, or malice) does not fill the memory. */
const MAX_LISTED_NAMES = 250_000
/** With what `ls -l` says of each, which the protocol sends along. */
const MAX_LISTED_BYTES = 64 * 1_048_576

/** One request per hundred names; sizes and times come with them, so nothing is asked file by file. */
async function list(session: SshSession, dir: string, recall: Recall, signal: AbortSignal): Promise<Listing> {
  return session.ask('list the folder', signal, async sftp => {
    let handle: Buffer
    try {
      handle = await call<Buffer>(done => sftp.opendir(dir, done))
    } catch (error) {
      throw toUnavailable(dir, error)
    }
    try {
      return await readNames(sftp, handle, dir, recall)
    } finally {
      sftp.close(handle, () => {})
    }
  })
}

async function readNames(sftp: SFTPWrapper, handle: Buffer, dir: string, recall: Recall): Promise<Listing> {
  const entries: SourceEntry[] = []
  let skipped = 0
  let names = 0
  let bytes = 0
  for (;;) {
    const items = await readSome(sftp, handle)
    if (items === null) return { entries, skipped, problem: null, identity: null }
    names += items.length
    for (const { filename, longname, attrs } of items) {
      bytes += filename.length + longname.length
      if (filename === '.' || filename === '..') continue
      // The attributes are the link's own, not its target's: links are left out, as in a local folder.
      const before = recall(filename)
      if ((before || isStatsFileName(filename)) && isRegular(attrs))
        entries.push(seeAnew(before, toEntry(filename, attrs)))
      else skipped++
    }
    if (names > MAX_LISTED_NAMES || bytes > MAX_LISTED_BYTES) {
      const limit =
        names > MAX_LISTED_NAMES ? `${MAX_LISTED_NAMES} names` : `${MAX_LISTED_BYTES} bytes of names`
      throw new SourceUnavailable(
        `The game host lists more than ${limit} in ${dir}; nothing of it is used. Is that the gamestats folder? Move old files into another one.`,
      )
    }
  }
}

interface ListedItem {
  filename: string
  longname: string
  attrs: Stats
}

/** The next names; null after the last. */
function readSome(sftp: SFTPWrapper, handle: Buffer): Promise<ListedItem[] | null> {
  return call<ListedItem[]>(done => sftp.readdir(handle, done)).catch(error => {
    if (statusOf(error) === STATUS_END) return null
    throw error
  })
}

function look(
  session: SshSession,
  dir: string,
  name: string,
  signal: AbortSignal,
): Promise<SourceEntry | null> {
  if (!isStatsFileName(name)) return Promise.resolve(null)
  return session.ask('look at a file', signal, async sftp => {
    try {
      const attrs = await call<Stats>(done => sftp.lstat(posix.join(dir, name), done))
      return isRegular(attrs) ? toEntry(name, attrs) : null
    } catch (error) {
      if (statusOf(error) === STATUS_NO_SUCH_FILE) return null
      throw error
    }
  })
}

function read(
  session: SshSession,
  dir: string,
  entry: SourceEntry,
  signal: AbortSignal,
): Promise<ReadResult> {
  const path = posix.join(dir, entry.name)
  return session.ask('read a file', signal, async (sftp): Promise<ReadResult> => {
    let handle: Buffer
    try {
      handle = await call<Buffer>(done => sftp.open(path, 'r', done))
    } catch (error) {
      if (statusOf(error) === STATUS_NO_SUCH_FILE) return { kind: 'gone' }
      throw error
    }
    try {
      const found = toEntry(entry.name, await call<Stats>(done => sftp.fstat(handle, done)))
      if (!isSameLook(found, entry) || found.bytes > DEFAULT_MAX_FILE_BYTES)
        return { kind: 'changed', entry: found }
      const content = await readContent(sftp, handle, entry.bytes)
      const now = toEntry(entry.name, await call<Stats>(done => sftp.fstat(handle, done)))
      if (!isSameLook(now, entry) || content.length !== entry.bytes) return { kind: 'changed', entry: now }
      return { kind: 'content', content }
    } finally {
      sftp.close(handle, () => {})
    }
  })
}

/** SFTP servers give at most 32 or 256 KiB at a time. */
async function readContent(sftp: SFTPWrapper, handle: Buffer, bytes: number): Promise<Buffer> {
  const content = Buffer.alloc(bytes)
  let length = 0
  while (length < bytes) {
    const start = length
    const got = await new Promise<number>((resolve, reject) => {
      sftp.read(handle, content, start, Math.min(bytes - start, 32_768), start, (error, count) => {
        if (error && statusOf(error) === STATUS_END) resolve(0)
        else if (error) reject(error)
        else resolve(count)
      })
    })
    if (got === 0) break
    length += got
  }
  return content.subarray(0, length)
}

function toEntry(name: string, attrs: Stats): SourceEntry {
  return { name, bytes: attrs.size, mtimeMs: attrs.mtime * 1000 }
}

function isRegular(attrs: Stats): boolean {
  return (attrs.mode & MODE_KIND) === MODE_REGULAR
}

function call<T>(start: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)))
  })
}

function toUnavailable(dir: string, error: unknown): unknown {
  if (statusOf(error) === STATUS_NO_SUCH_FILE) {
    return new SourceUnavailable(
      `The folder ${dir} does not exist on the game host (yet). Check SSH_GAMESTATS_DIR.`,
      {
        cause: error,
      },
    )
  }
  if (statusOf(error) === STATUS_PERMISSION_DENIED) {
    return new SourceUnavailable(`This login may not read ${dir} on the game host.`, { cause: error })
  }
  return error
}

function statusOf(error: unknown): number | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null
}

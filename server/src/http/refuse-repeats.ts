import { createHash } from 'node:crypto'
import { readFileName } from '@debrief/shared'
import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { AppContext } from '../app-context.ts'
import type { GameServer } from '../game-servers/game-server.ts'
import { parseOnce } from '../parse/parse-once.ts'
import { isHere } from './find-missing.ts'
import type { IsNews } from './once-a-minute.ts'
import { RequestFault } from './request-fault.ts'

/**
 * Bytes. An import reads all contents of its name, and all files of a day around it with its player lines, to find which
 * of them counts. Three such days fit into what is kept parsed. (70 copies of half a megabyte did not, and each import
 * stopped the whole process for ten seconds. Of 4 KB, as real ones have, there is room for 2 000.)
 */
const MAX_REPEATED_BYTES = 8 * 1_048_576
const FORMS_KNOWN = 100_000
/** Sixty real copies: who sends more of one round is asked about in the database, which remembers over restarts. */
const MANY_BYTES = 256 * 1024
const RETRY_SECONDS = 300

export interface Repeats {
  /** False: the forms in which `key` came have as many bytes as they may, and this is another one. */
  note(key: string, form: string, bytes: number): boolean
  /** True once for each key, when its forms have become many. */
  hasBecomeMany(key: string): boolean
  /** With this form so many bytes are here; the answer is as that of `note`. */
  addStored(key: string, form: string, bytes: number): boolean
}

/**
 * What came to this process; a normal upload costs the database nothing. (Without the look at what is stored, eight
 * megabytes more came in after each restart, and after five of them an import stopped the process for a second.)
 */
export function createRepeats(): Repeats {
  const seen = new LRUCache<string, { forms: Set<string>; bytes: number; isMany?: boolean }>({
    maxSize: FORMS_KNOWN,
    sizeCalculation: ({ forms }) => forms.size,
  })
  return {
    note(key, form, bytes) {
      const known = seen.get(key) ?? { forms: new Set(), bytes: 0 }
      if (known.forms.has(form)) return true
      if (known.bytes + bytes > MAX_REPEATED_BYTES) return false
      seen.set(key, { ...known, forms: known.forms.add(form), bytes: known.bytes + bytes })
      return true
    },
    hasBecomeMany(key) {
      const known = seen.get(key)
      if (!known || known.isMany || known.bytes <= MANY_BYTES) return false
      known.isMany = true
      return true
    },
    addStored(key, form, bytes) {
      const known = seen.get(key)
      // Some of what came since the start is stored already.
      if (known) known.bytes = Math.max(known.bytes, bytes)
      if (bytes <= MAX_REPEATED_BYTES) return true
      known?.forms.delete(form)
      return false
    },
  }
}

/** Throws where one name has too many contents, or one round too many copies, unless these bytes are here already. */
export async function refuseRepeats(
  { db, log, repeats, isNews }: Pick<AppContext, 'db' | 'log'> & { repeats: Repeats; isNews: IsNews },
  { serverId, name: server }: GameServer,
  { name: sent, content }: { name: string; content: Buffer },
): Promise<void> {
  const named = readFileName(sent)
  if (named.kind !== 'round') return
  const sha256 = createHash('sha256').update(content).digest('hex')
  const parsed = parseOnce(sha256, content)
  // What cannot be read is no neighbour of anything.
  if (parsed.kind !== 'round') return
  const { name, stamp } = named
  const day = `${stamp.year}-${stamp.month}-${stamp.day}`
  const { linesDigest, players } = parsed.file
  const byName = `${serverId} name ${name}`
  const byLines = `${serverId} ${day} lines ${linesDigest}`
  const form = `${name} ${sha256}`
  const hasRoom =
    repeats.note(byName, sha256, content.length) &&
    (players.length === 0 || repeats.note(byLines, form, content.length)) &&
    (!repeats.hasBecomeMany(byName) ||
      repeats.addStored(byName, sha256, content.length + (await storedBytes(db, serverId, { name })))) &&
    (!repeats.hasBecomeMany(byLines) ||
      repeats.addStored(
        byLines,
        form,
        content.length + (await storedBytes(db, serverId, { linesDigest, day })),
      ))
  if (hasRoom || (await isHere(db, serverId, { name, content, sha256 }))) return
  log[isNews(`repeats ${serverId}`) ? 'error' : 'debug'](
    { server, file: name, sha256 },
    'A game server sends one round again and again: refused for now.',
  )
  throw new RequestFault(
    'quota_full',
    'What came of this round already, under this name or with these player lines under others, has megabytes. ' +
      'Nothing was stored; keep the file. The operator of the server can look at what came.',
    { 'retry-after': String(RETRY_SECONDS) },
  )
}

async function storedBytes(
  db: AppContext['db'],
  serverId: number,
  what: { name: string } | { linesDigest: string; day: string },
): Promise<number> {
  const files =
    'name' in what
      ? sql`filename = ${what.name}`
      : sql`lines_digest = ${what.linesDigest} and ended_at >= ${what.day}::date - 1 and ended_at < ${what.day}::date + 2`
  const { rows } = await sql<{ bytes: number | null }>`
    select sum(bytes)::float8 as bytes from processed_files where server_id = ${serverId} and ${files}`.execute(
    db,
  )
  return rows[0]?.bytes ?? 0
}

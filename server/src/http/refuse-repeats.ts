import { createHash } from 'node:crypto'
import { readFileName } from '@debrief/shared'
import { LRUCache } from 'lru-cache'
import type { AppContext } from '../context.ts'
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
const RETRY_SECONDS = 300

export interface Repeats {
  /** False: the forms in which `key` came have as many bytes as they may, and this is another one. */
  note(key: string, form: string, bytes: number): boolean
}

/** What came to this process; after a restart it begins anew, so that a normal upload costs the database nothing. */
export function createRepeats(): Repeats {
  const seen = new LRUCache<string, { forms: Set<string>; bytes: number }>({
    maxSize: FORMS_KNOWN,
    sizeCalculation: ({ forms }) => forms.size,
  })
  return {
    note(key, form, bytes) {
      const known = seen.get(key) ?? { forms: new Set(), bytes: 0 }
      if (known.forms.has(form)) return true
      if (known.bytes + bytes > MAX_REPEATED_BYTES) return false
      seen.set(key, { forms: known.forms.add(form), bytes: known.bytes + bytes })
      return true
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
  const hasRoom =
    repeats.note(`${serverId} name ${name}`, sha256, content.length) &&
    (players.length === 0 ||
      repeats.note(`${serverId} ${day} lines ${linesDigest}`, `${name} ${sha256}`, content.length))
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

import { createHash } from 'node:crypto'
import { readFileName } from '@debrief/shared'
import { LRUCache } from 'lru-cache'
import type { AppContext } from '../context.ts'
import type { GameServer } from '../game-servers/game-server.ts'
import { parseOnce } from '../parse/parse-once.ts'
import { findMissing } from './find-missing.ts'
import { RequestFault } from './request-fault.ts'

/**
 * An import reads all contents of its name and all files with its player lines, to find which of them counts. A script
 * writes a round twice, a slow disk shows a file in three lengths. (At 70 copies of half a megabyte they no longer fit
 * into what is kept parsed, and each import stopped the whole process for ten seconds.)
 */
const MAX_REPEATS = 32
const ROUNDS_KNOWN = 2_000
const RETRY_SECONDS = 300

export interface Repeats {
  /** False: `key` has come in as many forms as it may, and this is another one. */
  note(key: string, form: string): boolean
}

/** What came to this process; after a restart it begins anew, so that a normal upload costs the database nothing. */
export function createRepeats(): Repeats {
  const seen = new LRUCache<string, Set<string>>({ max: ROUNDS_KNOWN })
  return {
    note(key, form) {
      const forms = seen.get(key) ?? new Set()
      if (forms.has(form)) return true
      if (forms.size >= MAX_REPEATS) return false
      seen.set(key, forms.add(form))
      return true
    },
  }
}

/** Throws where one name has too many contents, or one round too many copies, unless these bytes are here already. */
export async function refuseRepeats(
  { db, log, repeats }: Pick<AppContext, 'db' | 'log'> & { repeats: Repeats },
  { serverId, name: server }: GameServer,
  { name: sent, content }: { name: string; content: Buffer },
): Promise<void> {
  const named = readFileName(sent)
  if (named.kind !== 'round') return
  const sha256 = createHash('sha256').update(content).digest('hex')
  const parsed = parseOnce(sha256, content)
  // What cannot be read is no neighbour of anything.
  if (parsed.kind !== 'round') return
  const { name } = named
  const { linesDigest, players } = parsed.file
  const hasRoom =
    repeats.note(`${serverId} name ${name}`, sha256) &&
    (players.length === 0 || repeats.note(`${serverId} lines ${linesDigest}`, `${name} ${sha256}`))
  if (hasRoom) return
  const missing = await findMissing(db, serverId, [{ name, bytes: content.length, sha256 }])
  if (missing.length === 0) return
  log.error({ server, file: name, sha256 }, 'A game server sends one round again and again: refused for now.')
  throw new RequestFault(
    'quota_full',
    `This round came in ${MAX_REPEATS} forms already, under this name or with these player lines under others. ` +
      'Nothing was stored; keep the file. The operator of the server can look at what came.',
    { 'retry-after': String(RETRY_SECONDS) },
  )
}

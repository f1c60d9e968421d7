import type { RoundFile } from './round-file.ts'
import { parseRoundFile } from './round-file.ts'

/**
 * A round 1 is read again when its round 2 comes, and each file once on arrival and once among its neighbours. The
 * parse is a pure function of the bytes, so a few hundred kilobytes of memory save it. Keyed by sha256.
 */
const recent = new Map<string, RoundFile>()
const KEPT = 64

/** Reads stored bytes whose name was compared with the header when they came; null where they are not valid now. */
export function parseOnce(sha256: string, content: Buffer): RoundFile | null {
  const known = recent.get(sha256)
  if (known) {
    // Used again: it is the youngest now.
    recent.delete(sha256)
    recent.set(sha256, known)
    return known
  }
  const parsed = parseRoundFile(content, { map: null, roundNumber: null })
  if (parsed.kind !== 'round') return null
  remember(sha256, parsed.file)
  return parsed.file
}

export function remember(sha256: string, file: RoundFile): void {
  recent.set(sha256, file)
  const oldest = recent.size > KEPT ? recent.keys().next() : null
  if (oldest && !oldest.done) recent.delete(oldest.value)
}

import { type ParsedRoundFile, parseRoundFile } from './round-file.ts'

/**
 * A file is read on arrival, once more among its neighbours, and again with each file that comes after it. The parse is
 * a pure function of the bytes, so some megabytes of memory save it; nobody can tell but by the clock. Keyed by sha256.
 */
const recent = new Map<string, ParsedRoundFile>()
/** Some evenings of a few game servers. */
const KEPT = 256
/** Bytes. What is larger is no file that comes again and again; a hostile one must not fill the memory. */
const MAX_KEPT_BYTES = 65_536

export function parseOnce(sha256: string, content: Buffer): ParsedRoundFile {
  const known = recent.get(sha256)
  if (known) {
    // Used again: it is the youngest now.
    recent.delete(sha256)
    recent.set(sha256, known)
    return known
  }
  const parsed = parseRoundFile(content)
  if (content.length <= MAX_KEPT_BYTES) recent.set(sha256, parsed)
  const oldest = recent.size > KEPT ? recent.keys().next() : null
  if (oldest && !oldest.done) recent.delete(oldest.value)
  return parsed
}

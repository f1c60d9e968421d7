import { LRUCache } from 'lru-cache'
import { type ParsedRoundFile, parseRoundFile } from './round-file.ts'

/** Some evenings of a few game servers. */
const KEPT = 256
/**
 * An import reads some thirty files around the one that came; these are as many as a megabyte each. Were they not kept,
 * one hostile sender's files would be fetched and parsed thirty times over with each that he adds.
 */
const KEPT_BYTES = 32 * 1_048_576

export interface ReadBytes {
  content: Buffer
  parsed: ParsedRoundFile
}

/**
 * A file is read on arrival, once more among its neighbours, and again with each file that comes after it. The parse is
 * a pure function of the bytes, so some megabytes of memory save it, and asking the database for them; nobody can tell
 * but by the clock. Keyed by sha256.
 */
const recent = new LRUCache<string, ReadBytes>({ max: KEPT, maxSize: KEPT_BYTES })

export function parseOnce(sha256: string, content: Buffer): ParsedRoundFile {
  const known = recent.get(sha256)
  if (known) return known.parsed
  const parsed = parseRoundFile(content)
  recent.set(sha256, { content, parsed }, { size: content.length + 1 })
  return parsed
}

/** Null: it was not read lately, and its bytes are needed. */
export function readLately(sha256: string): ReadBytes | null {
  return recent.get(sha256) ?? null
}

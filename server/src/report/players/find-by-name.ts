import { MAX_NAME_LENGTH } from '../../parse/round-file.ts'
import type { NameBook } from './name-book.ts'

/** Whom a text means. */
export type NamedPlayer =
  | { kind: 'found'; guid: string }
  /** Those who are called so, who played last first. */
  | { kind: 'several'; guids: string[] }
  /** `near`: those whose names begin or end like it. */
  | { kind: 'none'; near: string[] }

/**
 * By a GUID, or a name that was ever used, whole or a part of it: the one who is called exactly so, else the only one
 * whom the search finds. `main`: the text as a GUID, the main one where it is a joined one.
 */
export function findByName(book: NameBook, text: string, main: string): NamedPlayer {
  const hits = book.search(text)
  if (hits.includes(main) && text.length === main.length) return { kind: 'found', guid: main }
  const same = hits.filter(guid => book.nameOf(guid).name.toLowerCase() === text.toLowerCase())
  const meant = same.length > 0 ? same : hits
  const [only] = meant
  if (only === undefined) return { kind: 'none', near: nearest(book, text) }
  return meant.length === 1 ? { kind: 'found', guid: only } : { kind: 'several', guids: meant }
}

/** Who shares the longest beginning or end with what was typed. */
function nearest(book: NameBook, text: string): string[] {
  const letters = [...text]
  // A message may have thousands, of which no name shares more.
  for (let length = Math.min(letters.length - 1, MAX_NAME_LENGTH); length >= 2; length -= 1) {
    const ends = [letters.slice(0, length), letters.slice(-length)]
    const hits = new Set(ends.flatMap(part => book.search(part.join(''))))
    if (hits.size > 0) return [...hits]
  }
  return []
}

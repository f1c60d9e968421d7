import { type CorpusFile, corpusFiles } from '../corpus.ts'

/**
 * The corpus evenings as if their last round had ended just now, by a clock in UTC: what is old is imported without a
 * post. Stamps stand in the names alone.
 */
export function recentFiles(now = new Date()): CorpusFile[] {
  const files = corpusFiles('evenings').map(file => ({ ...file, at: stampOf(file.name) }))
  const shift = now.getTime() - Math.max(...files.map(({ at }) => at))
  return files
    .sort((a, b) => a.at - b.at)
    .map(({ name, content, at }) => ({ name: restamp(name, new Date(at + shift)), content }))
}

/** The same file as if it had been written at another time. */
export function restamp(name: string, at: Date): string {
  const iso = at.toISOString()
  return `${iso.slice(0, 10)}-${iso.slice(11, 19).replaceAll(':', '')}${name.slice(17)}`
}

export function stampOf(name: string): number {
  const [, date, hours, minutes, seconds] = /^(\d{4}-\d\d-\d\d)-(\d\d)(\d\d)(\d\d)/.exec(name) ?? []
  return Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`)
}

/** One of these files; the corpus has that many. */
export function nth(files: readonly CorpusFile[], index: number): CorpusFile {
  const file = files.at(index)
  if (!file) throw new Error(`The corpus has no file ${index}.`)
  return file
}

import type { IngestServer } from '../http/ingest-server.ts'
import { isUnanswered } from '../http/outcomes.ts'
import type { FileRecord, History } from '../report/history.ts'
import type { SourceEntry } from '../source/source.ts'
import type { FileBook } from './file-book.ts'
import type { Closed, Gate } from './gate.ts'
import { type Question, questionChunks } from './question-chunks.ts'
import { isSameLook } from './settle.ts'

interface AskContext {
  server: IngestServer
  gate: Gate
  history: History
  book: FileBook
  /** The server has these bytes. `record`: what this agent noted when it sent them; null if it did not. */
  onKnown: (entry: SourceEntry, record: FileRecord | null) => void
  /** Of one answer. */
  onMissing: (entries: SourceEntry[]) => void
}

export type Asked =
  | { kind: 'asked'; files: number; missing: number }
  | { kind: 'later'; reason: string | null }
  /** The server is not spoken to now: nothing was asked. */
  | Closed

/**
 * Which of the files that nobody has asked about the server has not got: one question for all of them. The digest
 * goes along where it is known from before; otherwise name and size decide, and no file is read for it.
 */
export async function askAboutUnasked(context: AskContext, signal: AbortSignal): Promise<Asked> {
  const { server, gate, history, book } = context
  const records = await history.recall()
  const asked = { kind: 'asked' as const, files: book.unasked.size, missing: 0 }
  for (const chunk of questionChunks(questions(book, records))) {
    const outcome = await gate.pass(() => server.missing({ files: chunk }, signal))
    if (outcome.kind === 'closed') return outcome
    if (isUnanswered(outcome)) return { kind: 'later', reason: outcome.reason }
    asked.missing += outcome.missing.size
    const missing: SourceEntry[] = []
    for (const { name, bytes } of chunk) {
      const entry = book.unasked.get(name)
      // It may have changed, or gone its way, while the question was out.
      if (!entry || entry.bytes !== bytes) continue
      book.unasked.delete(name)
      const record = records.get(name)
      if (outcome.missing.has(name)) missing.push(entry)
      else context.onKnown(entry, record && isSameLook(record, entry) ? record : null)
    }
    context.onMissing(missing)
  }
  return asked
}

function* questions(book: FileBook, records: ReadonlyMap<string, FileRecord>): Generator<Question> {
  for (const [name, entry] of book.unasked) {
    const record = records.get(name)
    if (!record) yield { name, bytes: entry.bytes }
    else if (isSameLook(record, entry)) yield { name, bytes: entry.bytes, sha256: record.sha256 }
    // Of another size or time than what was sent: only its digest can tell, so it is read first.
    else book.readFirst(entry)
  }
}

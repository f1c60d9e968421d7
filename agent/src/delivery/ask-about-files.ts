import type { MissingRequest } from '@debrief/shared'
import type { IngestServer } from '../http/ingest-server.ts'
import type { History } from '../report/history.ts'
import { toPassage } from './deliver-file.ts'
import type { Gate } from './gate.ts'
import { questionChunks } from './question-chunks.ts'
import { isSameLook } from './settle.ts'
import type { TrackedFile } from './tracked-file.ts'

interface AskContext {
  server: IngestServer
  gate: Gate
  history: History
  confirmed: Map<string, string>
  onAnswer: (file: TrackedFile, isMissing: boolean, asked: { sha256?: string | undefined }) => void
}

export type Asked =
  | { kind: 'asked'; files: number; missing: number }
  | { kind: 'later'; reason: string | null }

/**
 * Which of these files the server has not got: one question for all of them, and none if there are none. The digest
 * goes along where it is known from before; otherwise name and size decide, and no file is read for it.
 */
export async function askAboutFiles(
  context: AskContext,
  files: TrackedFile[],
  signal: AbortSignal,
): Promise<Asked> {
  const { server, gate } = context
  const byName = new Map(files.map(file => [file.entry.name, file]))
  let missing = 0
  for (const chunk of questionChunks(files.map(file => toQuestion(context, file)))) {
    const ticket = gate.enter()
    if (!ticket) return { kind: 'later', reason: gate.reason() }
    const outcome = await server.missing({ files: chunk }, signal).catch(error => {
      gate.leave(ticket, { kind: 'abandoned' })
      throw error
    })
    if (outcome.kind !== 'answered') {
      gate.leave(ticket, toPassage(outcome))
      return { kind: 'later', reason: outcome.reason }
    }
    gate.leave(ticket, { kind: 'ok' })
    missing += outcome.missing.size
    for (const asked of chunk) {
      const file = byName.get(asked.name)
      // It may have changed, or gone its way, while the question was out.
      if (file?.phase === 'unasked') context.onAnswer(file, outcome.missing.has(asked.name), asked)
    }
  }
  return { kind: 'asked', files: files.length, missing }
}

function toQuestion(
  { history, confirmed }: AskContext,
  { entry }: TrackedFile,
): MissingRequest['files'][number] {
  const known = history.latest(entry.name)
  const sha256 = confirmed.get(entry.name) ?? (known && isSameLook(known, entry) ? known.sha256 : undefined)
  return { name: entry.name, bytes: entry.bytes, ...(sha256 ? { sha256 } : {}) }
}

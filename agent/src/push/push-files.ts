import { createHash } from 'node:crypto'
import { DEFAULT_MAX_FILE_BYTES } from '@debrief/shared'
import type { Clock } from '../clock.ts'
import { Gate, isClosed } from '../delivery/gate.ts'
import { questionChunks } from '../delivery/question-chunks.ts'
import type { IngestServer } from '../http/ingest-server.ts'
import { isUnanswered, type Unanswered } from '../http/outcomes.ts'
import { messageOf } from '../message-of.ts'
import type { FileToPush } from './collect-files.ts'
import { readChosenFile } from './read-chosen-file.ts'

export type PushResult =
  | { kind: 'imported' | 'ignored' | 'already_there'; file: FileToPush }
  | { kind: 'rejected' | 'failed'; file: FileToPush; reason: string }

interface PushContext {
  server: IngestServer
  clock: Clock
  /** Without any success for this long, the rest is given up. */
  giveUpMs: number
  onResult: (result: PushResult) => void
  onTrouble: (reason: string) => void
  parallel?: number
}

/** Sends these files once. Ends when each has an answer, or when the server has been away for too long. */
export async function pushFiles(
  context: PushContext,
  files: FileToPush[],
  signal: AbortSignal,
): Promise<void> {
  const { onResult } = context
  const persist = persistence(context, signal)
  const todo = await leaveOutKnown(context, await readAll(files, onResult), persist, signal)
  const work = async () => {
    for (let next = todo.shift(); next; next = todo.shift()) {
      signal.throwIfAborted()
      const { file } = next
      onResult(
        await send(context, next, persist, signal).catch((error): PushResult => {
          signal.throwIfAborted()
          return { kind: 'failed', file, reason: messageOf(error) }
        }),
      )
    }
  }
  await Promise.all(Array.from({ length: context.parallel ?? 4 }, work))
}

/** Tries until there is an answer; the reason if there will be none. */
type Persist = <T extends { kind: string }>(
  attempt: () => Promise<T | Unanswered>,
) => Promise<T | { kind: 'given_up'; reason: string }>

function persistence({ clock, giveUpMs, onTrouble }: PushContext, signal: AbortSignal): Persist {
  const gate = new Gate({ clock })
  let lastSuccess = clock.now()
  const isTooLong = () => clock.now() - lastSuccess > giveUpMs
  return async attempt => {
    for (;;) {
      signal.throwIfAborted()
      // A token does not become right by trying.
      if (gate.isRefused()) return { kind: 'given_up', reason: gate.reason() ?? 'The token is refused.' }
      const outcome = await gate.pass(attempt)
      if (isClosed(outcome)) {
        await clock.sleep(Math.max(20, Math.min(gate.opensAt() - clock.now(), 500)), signal)
        if (isTooLong()) return { kind: 'given_up', reason: gate.reason() ?? 'The server is away.' }
        continue
      }
      if (!isUnanswered(outcome)) {
        lastSuccess = clock.now()
        return outcome
      }
      onTrouble(outcome.reason)
      if (isTooLong()) return { kind: 'given_up', reason: outcome.reason }
    }
  }
}

async function leaveOutKnown(
  { server, onResult }: PushContext,
  all: HashedFile[],
  persist: Persist,
  signal: AbortSignal,
): Promise<HashedFile[]> {
  const count = new Map<string, number>()
  for (const { file } of all) count.set(file.name, (count.get(file.name) ?? 0) + 1)
  // The answer is a list of names: of two files with one name it would not tell which is meant.
  const single = all.filter(({ file }) => count.get(file.name) === 1)
  const known = new Set<string>()
  for (const chunk of questionChunks(
    single.map(({ file, sha256 }) => ({ name: file.name, bytes: file.bytes, sha256 })),
  )) {
    const outcome = await persist(() => server.missing({ files: chunk }, signal))
    if (outcome.kind === 'given_up') return all
    for (const { name } of chunk) if (!outcome.missing.has(name)) known.add(name)
  }
  for (const { file } of all) if (known.has(file.name)) onResult({ kind: 'already_there', file })
  return all.filter(({ file }) => !known.has(file.name))
}

async function send(
  { server }: PushContext,
  { file, sha256 }: HashedFile,
  persist: Persist,
  signal: AbortSignal,
): Promise<PushResult> {
  const content = await readChosenFile(file)
  const now = createHash('sha256').update(content).digest('hex')
  if (now !== sha256)
    return { kind: 'failed', file, reason: 'It changed while it was being sent. Push it again.' }
  const upload = { name: file.name, content, sha256, mtimeMs: file.mtimeMs, source: 'manual' as const }
  const outcome = await persist(() => server.upload(upload, signal))
  switch (outcome.kind) {
    case 'delivered': {
      const { status, duplicate, problem } = outcome.receipt
      if (status === 'rejected')
        return {
          kind: 'rejected',
          file,
          reason: problem ? `${problem.code}: ${problem.detail}` : 'rejected',
        }
      return { kind: duplicate ? 'already_there' : status, file }
    }
    case 'rejected': {
      const line = outcome.line === null ? '' : ` (line ${outcome.line})`
      return { kind: 'rejected', file, reason: `${outcome.code}: ${outcome.detail}${line}` }
    }
    case 'refused':
      return { kind: 'rejected', file, reason: `${outcome.code}: ${outcome.detail}` }
    case 'given_up':
      return { kind: 'failed', file, reason: outcome.reason }
    default:
      throw new Error('An unanswered upload came out of persist().')
  }
}

interface HashedFile {
  file: FileToPush
  sha256: string
}

async function readAll(files: FileToPush[], onResult: (result: PushResult) => void): Promise<HashedFile[]> {
  const readable: HashedFile[] = []
  for (const file of files) {
    if (file.bytes > DEFAULT_MAX_FILE_BYTES) {
      onResult({
        kind: 'rejected',
        file,
        reason: `too_large: ${file.bytes} bytes; a stats file has at most ${DEFAULT_MAX_FILE_BYTES}.`,
      })
      continue
    }
    try {
      const content = await readChosenFile(file)
      readable.push({
        file: { ...file, bytes: content.length },
        sha256: createHash('sha256').update(content).digest('hex'),
      })
    } catch (error) {
      onResult({ kind: 'failed', file, reason: messageOf(error) })
    }
  }
  return readable
}

import { randomBytes } from 'node:crypto'
import { ROUTES, receiptSchema, type Source, toInstant } from '@debrief/shared'
import { cutWords } from './cut-words.ts'
import type { Caller, UploadOutcome } from './outcomes.ts'
import { readProblem } from './read-problem.ts'
import { type Form, requestJson } from './request-json.ts'

export interface Upload {
  name: string
  content: Uint8Array
  sha256: string
  mtimeMs: number
  source: Source
}

/** One attempt. Delivered is only what the server's own receipt says of these very bytes. */
export async function uploadFile(
  caller: Caller,
  file: Upload,
  signal: AbortSignal,
  dryRun: boolean,
): Promise<UploadOutcome> {
  const path = dryRun ? `${ROUTES.files}?dryRun=true` : ROUTES.files
  const answer = await requestJson(caller, path, toForm(file), signal)
  if (answer.kind !== 'json') return answer

  if (answer.status >= 200 && answer.status < 300) {
    const receipt = receiptSchema.safeParse(answer.json)
    if (!receipt.success) {
      const reason = `The answer (${answer.status}) is not a receipt: something else than a Debrief server answers.`
      return { kind: 'retry', reason, retryAfterMs: null, fault: 'request' }
    }
    if (receipt.data.file.sha256.toLowerCase() !== file.sha256) {
      const reason = 'The receipt is for other bytes than those that were sent.'
      return { kind: 'retry', reason, retryAfterMs: null, fault: 'request' }
    }
    const { problem, ...rest } = receipt.data
    return { kind: 'delivered', receipt: problem ? { ...rest, problem: cutWords(problem) } : rest }
  }

  const read = readProblem(answer)
  if (read.kind !== 'problem') return read
  const { problem } = read
  switch (problem.status) {
    case 422:
      return {
        kind: 'rejected',
        code: problem.code,
        detail: problem.detail,
        line: problem.line ?? null,
        receipt: problem.receipt ?? null,
      }
    case 400:
      // The bytes were changed on the way: another try may well arrive.
      if (problem.code === 'digest_mismatch') {
        return { kind: 'retry', reason: problem.detail, retryAfterMs: null, fault: 'request' }
      }
      return { kind: 'refused', code: problem.code, detail: problem.detail }
    case 413:
    case 415:
      return { kind: 'refused', code: problem.code, detail: problem.detail }
    default:
      return { kind: 'retry', reason: problem.detail, retryAfterMs: answer.retryAfterMs, fault: 'request' }
  }
}

/**
 * multipart/form-data by hand, in one piece that goes out with the head of the request in one write: sent as a stream it
 * took twice as long, and FormData and Blob left 90 MB of garbage behind after a history of 5 000 files. The fields stand
 * before the file, so that the server knows them when the bytes begin.
 */
function toForm(file: Upload): Form {
  const boundary = `debrief-${randomBytes(16).toString('hex')}`
  const field = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  // One that the server does not take would have it refuse the file, for good.
  const mtime = toInstant(file.mtimeMs)
  const head = [
    field('sha256', file.sha256),
    mtime === null ? '' : field('mtime', mtime),
    field('source', file.source),
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${escapeName(file.name)}"\r\n`,
    'Content-Type: text/plain\r\n\r\n',
  ].join('')
  const content = Buffer.concat([Buffer.from(head), file.content, Buffer.from(`\r\n--${boundary}--\r\n`)])
  return { contentType: `multipart/form-data; boundary=${boundary}`, content }
}

/** As browsers do it. */
function escapeName(name: string): string {
  return name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22')
}

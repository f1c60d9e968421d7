import { MAX_MISSING_FILES, type MissingRequest } from '@debrief/shared'

/** Below the megabyte that a server takes as a body by default. */
const MAX_QUESTION_BYTES = 900_000

export type Question = MissingRequest['files'][number]

/** The files of one folder as questions that a server takes: at most 10 000 files and under a megabyte each. */
export function* questionChunks(files: Iterable<Question>): Generator<Question[]> {
  let chunk: Question[] = []
  let bytes = 0
  for (const file of files) {
    const size = Buffer.byteLength(JSON.stringify(file)) + 1
    if (chunk.length > 0 && (chunk.length >= MAX_MISSING_FILES || bytes + size > MAX_QUESTION_BYTES)) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(file)
    bytes += size
  }
  if (chunk.length > 0) yield chunk
}

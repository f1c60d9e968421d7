import { MAX_MISSING_FILES, type MissingRequest } from '@debrief/shared'

/** Below the megabyte that a server takes as a body by default. */
const MAX_QUESTION_BYTES = 900_000

export type Question = MissingRequest['files'][number]

/** The files of one folder as questions that a server takes: at most 10 000 files and under a megabyte each. */
export function* questionChunks(files: Iterable<Question>): Generator<Question[]> {
  let chunk: Question[] = []
  let bytes = 0
  for (const file of files) {
    const size = jsonBytes(file)
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

/** `{"name":"","bytes":},` and, with a digest, `"sha256":"",`. */
const FRAME_BYTES = 21
const DIGEST_FRAME_BYTES = 12
/** Where JSON may write more than the name: for quotes, backslashes, control characters, halves of characters. */
const WRITTEN_LONGER = /["\\\p{Cc}\p{Cs}]/u

/** As JSON, with a comma after it; made by counting, as writing each of 20 000 takes longer than writing all at once. */
function jsonBytes({ name, bytes, sha256 }: Question): number {
  const nameBytes = WRITTEN_LONGER.test(name)
    ? Buffer.byteLength(JSON.stringify(name)) - 2
    : Buffer.byteLength(name)
  const digestBytes = sha256 === undefined ? 0 : DIGEST_FRAME_BYTES + sha256.length
  return FRAME_BYTES + nameBytes + String(bytes).length + digestBytes
}

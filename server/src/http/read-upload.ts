import { createHash } from 'node:crypto'
import { type UploadFields, uploadFieldsSchema } from '@debrief/shared'
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { RequestFault } from './request-fault.ts'

export interface ReadUpload {
  /** As it was sent: a name is data, and whether it is a good one is not decided here. */
  name: string
  content: Buffer
  fields: UploadFields
}

/** What a form costs beside its file: boundaries, headers, fields. */
const FORM_BYTES = 64 * 1024

/** Refuses at the headers what need not be read: other types of body, and bodies that are too large. */
export function refuseOtherBodies(request: FastifyRequest, maxFileBytes: number): void {
  if (!/^multipart\/form-data\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new RequestFault(
      'not_multipart',
      'Send the file as multipart/form-data, in a part that is called "file".',
    )
  }
  if (Number(request.headers['content-length'] ?? 0) > maxFileBytes + FORM_BYTES) throw tooLarge(maxFileBytes)
}

/** Reads the whole form. Nothing is believed before its last boundary has come: a body that was cut is no upload. */
export async function readUpload(request: FastifyRequest, maxFileBytes: number): Promise<ReadUpload> {
  const { file, fields } = await Promise.race([
    readParts(request, maxFileBytes),
    endlessBody(request, maxFileBytes),
  ])
  if (file === null) throw new RequestFault('no_file', 'The form has no part that is called "file".')
  const read = { ...file, fields: readFields(fields) }
  compareDigest(read)
  return read
}

interface Parts {
  file: Omit<ReadUpload, 'fields'> | null
  fields: Map<string, string>
}

async function readParts(request: FastifyRequest, maxFileBytes: number): Promise<Parts> {
  const parts: Parts = { file: null, fields: new Map() }
  try {
    for await (const part of request.parts(partOptions(maxFileBytes))) {
      if (part.type === 'file') {
        const content = await readContent(part, maxFileBytes)
        if (part.fieldname !== 'file') {
          throw new RequestFault('no_file', `The file part is called "${part.fieldname}" instead of "file".`)
        }
        // Whatever its type says, the parser gives no name for `filename=""`: a form in which no file was chosen.
        const name: string | undefined = part.filename
        if (!name) throw new RequestFault('no_file', 'The part "file" has no file name.')
        parts.file = { name, content }
      } else if (part.fieldname === 'file') {
        throw new RequestFault('no_file', 'The part "file" has no file name.')
      } else {
        if (parts.fields.has(part.fieldname)) {
          throw new RequestFault('malformed_request', `The field "${part.fieldname}" was sent twice.`)
        }
        parts.fields.set(part.fieldname, String(part.value))
      }
    }
    return parts
  } catch (error) {
    if (error instanceof RequestFault) throw error
    // All that is left are the parser's complaints about the bytes of the form.
    throw new RequestFault('malformed_request', `The form cannot be read: ${complaint(error)}.`)
  }
}

/** Rejects when more has come than a form with one file can hold: the parser alone would read on until it ends. */
function endlessBody({ raw }: FastifyRequest, maxFileBytes: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    let bytes = 0
    raw.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxFileBytes + FORM_BYTES) reject(tooLarge(maxFileBytes))
    })
  })
}

function partOptions(maxFileBytes: number) {
  return {
    // Else the parser cuts "../../etc/x" down to "x", and a hostile name would be taken for an honest one.
    preservePath: true,
    // Of a part that it passes over, the parser forgets to go on where more than this came of it together with its end,
    // and the form is never read. Nothing is held beyond what `endlessBody` lets through.
    fileHwm: maxFileBytes + FORM_BYTES,
    limits: { files: 1, fields: 10, parts: 12, fieldSize: 1024, fileSize: maxFileBytes, headerPairs: 20 },
  }
}

async function readContent(part: MultipartFile, maxFileBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of part.file as AsyncIterable<Buffer>) chunks.push(chunk)
  if (part.file.truncated) throw tooLarge(maxFileBytes)
  return Buffer.concat(chunks)
}

function tooLarge(maxFileBytes: number): RequestFault {
  return new RequestFault(
    'too_large',
    `The file has more than ${maxFileBytes} bytes, the most this server takes.`,
  )
}

function readFields(fields: Map<string, string>): UploadFields {
  // An empty field is what an HTML form sends for "not given".
  const given = Object.fromEntries([...fields].filter(([, value]) => value !== ''))
  const parsed = uploadFieldsSchema.safeParse(given)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
  throw new RequestFault('malformed_request', `${faults.join('; ')}.`)
}

function compareDigest({ content, fields }: ReadUpload): void {
  if (fields.sha256 === undefined) return
  const actual = createHash('sha256').update(content).digest('hex')
  if (actual === fields.sha256) return
  throw new RequestFault(
    'digest_mismatch',
    `The field sha256 says ${fields.sha256}, but the ${content.length} bytes that came have ${actual}.`,
  )
}

function complaint(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/\.$/, '')
}

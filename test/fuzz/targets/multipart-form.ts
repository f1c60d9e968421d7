import assert from 'node:assert/strict'
import type { Target } from '../fuzz-target.ts'

type Subject = typeof import('../../../server/src/http/read-upload.ts') &
  typeof import('../../../server/src/http/request-fault.ts') & {
    fastify: () => SmallApp
    multipart: unknown
  }

/** As much of the framework as is needed here. */
interface SmallApp {
  register(plugin: unknown): unknown
  post(url: string, handler: (request: Parameters<Subject['readUpload']>[0]) => Promise<unknown>): unknown
  setErrorHandler(handler: (error: unknown, request: unknown, reply: Reply) => unknown): unknown
  inject(request: object): Promise<{ statusCode: number; body: string }>
}

interface Reply {
  code(status: number): { send(body: object): unknown }
}

const MAX_FILE_BYTES = 2_048
const HANG_MS = 5_000

/** The form of an upload: its type in the first line, its bytes behind it. The library's code is counted too. */
export const multipartForm: Target<Subject> = {
  name: 'multipart-form',
  entry: `
    export * from './src/http/read-upload.ts'
    export * from './src/http/request-fault.ts'
    export { default as fastify } from 'fastify'
    export { default as multipart } from '@fastify/multipart'`,
  packages: ['@fastify/multipart', '@fastify/busboy'],
  seeds: () => SEEDS.map(text => Buffer.from(text, 'latin1')),
  tokens: [
    '\r\n',
    '--b\r\n',
    '--b--',
    '\r\n--b',
    'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n',
    'name="sha256"',
    'name="__proto__"',
    "filename*=UTF-8''a%00b",
    'Content-Type: multipart/mixed; boundary=c\r\n',
    'Content-Transfer-Encoding: base64\r\n',
    '"',
    ';',
    '\0',
    '\u00ff',
    'boundary=',
    'charset=utf-16',
  ],
  prepare({ fastify, multipart, readUpload, refuseOtherBodies, RequestFault }) {
    const app = fastify()
    app.register(multipart)
    app.post('/', async request => {
      refuseOtherBodies(request, MAX_FILE_BYTES)
      const { name, content, fields } = await readUpload(request, MAX_FILE_BYTES)
      return { name, content: content.toString('base64'), fields }
    })
    app.setErrorHandler((error, _request, reply) =>
      reply.code(error instanceof RequestFault ? 400 : statusOf(error)).send({ message: String(error) }),
    )
    return async input => {
      const end = input.indexOf(0x0a)
      const type = input
        .subarray(0, Math.max(end, 0))
        .toString('latin1')
        .replace(/[^\x20-\x7e]/g, '')
      const body = input.subarray(end + 1)
      const answer = await withoutHanging(
        app.inject({ method: 'POST', url: '/', headers: { 'content-type': type }, payload: body }),
      )
      // A type that no parser is for is refused by the framework.
      if (answer.statusCode === 400 || answer.statusCode === 415) return
      assert.equal(answer.statusCode, 200, answer.body)
      const read = JSON.parse(answer.body) as {
        name: string
        content: string
        fields: Record<string, string>
      }
      assert.ok(read.name.length > 0, 'a file has a name')
      const content = Buffer.from(read.content, 'base64')
      assert.ok(
        content.length <= MAX_FILE_BYTES && body.includes(content),
        'the file is what stands in the form',
      )
      assert.ok(Object.keys(read.fields).every(field => ['sha256', 'mtime', 'source'].includes(field)))
    }
  },
}

/** The framework's own refusals have theirs: a type of body that nothing reads. */
function statusOf(error: unknown): number {
  const status: unknown = typeof error === 'object' && error !== null && Reflect.get(error, 'statusCode')
  return typeof status === 'number' ? status : 500
}

async function withoutHanging<T>(work: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const hang = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The form is never read to its end.')), HANG_MS)
  })
  try {
    return await Promise.race([work, hang])
  } finally {
    clearTimeout(timer)
  }
}

const FILE =
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nline\nline\n\r\n'
const field = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const TYPE = 'multipart/form-data; boundary=b\n'

const SEEDS = [
  `${TYPE}${FILE}--b--\r\n`,
  `${TYPE}${field('source', 'agent')}${field('mtime', '2026-05-05T20:48:50Z')}${FILE}--b--\r\n`,
  `${TYPE}${FILE}${FILE}--b--`,
  `${TYPE}preamble\r\n${FILE.replace('filename="a.txt"', "filename*=UTF-8''%e2%82%ac.txt")}--b--\r\nepilogue`,
  `${TYPE}${FILE.replace('\r\n\r\n', '\r\nContent-Transfer-Encoding: base64\r\n\r\n')}--b--\r\n`,
  `multipart/form-data; boundary="a b"; charset=latin1\n${FILE.replaceAll('--b', '--a b')}--a b--\r\n`,
  `${TYPE}${field('sha256', '0'.repeat(64))}${field('x', 'y'.repeat(2_000))}`,
  `${TYPE}${FILE.replace('line', 'x'.repeat(3_000))}--b--\r\n`,
]

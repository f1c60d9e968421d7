import type { Random } from '../../support/game-server/random.ts'
import { mutate } from '../mutate.ts'
import type { Address } from './addresses.ts'
import { makeJson } from './make-json.ts'

export interface MadeRequest {
  bytes: Buffer
  /** False: what stands in it may say that more comes, so that the server waits for it. */
  isWhole: boolean
  /** `POST /api/v1/files`, for messages. */
  about: string
}

export interface RequestMaterial {
  random: Random
  addresses: readonly Address[]
  token: string
  files: readonly { name: string; content: Buffer }[]
}

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'SEARCH',
  'get',
]
const VALUES = [
  '1',
  '2',
  'latest',
  '0',
  '-1',
  '1e0',
  '0x1',
  '9'.repeat(15),
  '9'.repeat(40),
  '1.5',
  'NaN',
  '',
  '%00',
  '%2f..%2f',
  '..%2f..',
  '%',
  '%ff',
  '%E2%82%AC',
  '__proto__',
  'constructor',
  'true',
  '2026-05-05',
  'a'.repeat(300),
  "'--",
  '%3Cscript%3E',
  'performance.png',
]
const HEADERS = [
  'Accept: text/html',
  'Accept: application/json',
  'Accept: */*;q=zero',
  'Accept: image/webp, text/html;q=0.1',
  'Accept-Encoding: gzip',
  'Accept-Encoding: gzip;q=0, identity',
  'Accept-Encoding: br;q=1.0, *;q=0',
  'If-None-Match: *',
  'If-None-Match: "x", W/"y"',
  'Range: bytes=0-1',
  'Expect: 100-continue',
  'Cookie: debrief_reading=1.x; a=b',
  'X-Forwarded-Proto: javascript',
  'X-Forwarded-Host: <b>',
  'Forwarded: for=_x',
  'X-HTTP-Method-Override: DELETE',
  'Origin: https://elsewhere.example',
  'Content-Encoding: gzip',
  'Upgrade: websocket',
  'Authorization: Basic eDp5',
  `X-Long: ${'x'.repeat(4_000)}`,
  'X-Latin: \u00e9\u00ff',
  'Transfer-Encoding: identity',
  'Trailer: x',
  'TE: trailers',
]
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'application/x-www-form-urlencoded',
  'application/problem+json',
  '*/*',
  '',
]

/** A request that is nearly what one of the addresses takes. */
export function makeRequest(material: RequestMaterial): MadeRequest {
  const { random, addresses, token } = material
  const address = random.pick(addresses)
  const method = random.chance(0.8) ? address.method : random.pick(METHODS)
  const path = address.path.replace(/\{\w+\}/g, () => random.pick(VALUES))
  const { type, body } = makeBody(material, address)
  const headers = [
    'Host: localhost',
    'Connection: close',
    `X-Forwarded-For: 10.${random.int(0, 255)}.${random.int(0, 255)}.${random.int(0, 255)}`,
  ]
  if (random.chance(0.8))
    headers.push(`Authorization: Bearer ${random.chance(0.85) ? token : random.pick(VALUES)}`)
  if (type !== null) headers.push(`Content-Type: ${random.chance(0.9) ? type : random.pick(TYPES)}`)
  if (type !== null || random.chance(0.1)) headers.push(`Content-Length: ${body.length}`)
  for (let more = random.int(0, 3); more > 0; more -= 1) headers.push(random.pick(HEADERS))
  const head = `${method} ${path}${makeQuery(random, address)} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`
  const bytes = Buffer.concat([Buffer.from(head, 'latin1'), body])
  const about = `${method} ${address.path}`
  if (!random.chance(0.1)) return { bytes, isWhole: !head.includes('Expect:'), about }
  // Two lengths, none, a line too few: what a parser of HTTP may stumble over.
  return {
    bytes: mutate(bytes, {
      random,
      tokens: [
        ...HEADERS,
        '\r\n',
        '\r\n\r\n',
        ' HTTP/1.0',
        'Content-Length: 5\r\n',
        'Transfer-Encoding: chunked\r\n',
        '0\r\n\r\n',
      ],
      corpus: [bytes],
    }),
    isWhole: false,
    about,
  }
}

function makeQuery(random: Random, { query }: Address): string {
  if (random.chance(0.4)) return ''
  const names = [...query, ...(random.chance(0.3) ? ['x', 'dryrun', '__proto__', 'limit'] : [])]
  if (names.length === 0) return random.chance(0.2) ? `?${random.pick(VALUES)}` : ''
  const pairs = Array.from({ length: random.int(1, 3) }, () => `${random.pick(names)}=${random.pick(VALUES)}`)
  return `?${pairs.join('&')}`
}

function makeBody(material: RequestMaterial, address: Address): { type: string | null; body: Buffer } {
  const { random } = material
  if (random.chance(0.05)) return { type: random.pick(TYPES), body: Buffer.from(random.pick(VALUES)) }
  if (address.body !== null) return { type: 'application/json', body: makeJson(address.body, random) }
  if (address.takesForm) return makeForm(material)
  return { type: null, body: Buffer.alloc(0) }
}

function makeForm({ random, files }: RequestMaterial): { type: string; body: Buffer } {
  const file = random.pick(files)
  const corpus = files.map(({ content }) => content)
  const tokens = ['\\', '\t', '\n', '--b', '\r\n']
  const content = random.chance(0.5) ? mutate(file.content, { random, tokens, corpus }) : file.content
  const name = random.chance(0.6)
    ? file.name
    : mutate(Buffer.from(file.name), {
        random,
        tokens: ['-round-2.txt', '/', '"', '0001-'],
        corpus: [Buffer.from(file.name)],
      })
        .toString('latin1')
        .replace(/[\r\n"]/g, '')
  const fields = ['sha256', 'mtime', 'source', 'x'].flatMap(field =>
    random.chance(0.2)
      ? [
          `--b\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${random.pick([...VALUES, '2026-05-05T20:48:50Z', 'agent'])}\r\n`,
        ]
      : [],
  )
  const head = `${fields.join('')}--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`
  const body = Buffer.concat([Buffer.from(head, 'latin1'), content, Buffer.from('\r\n--b--\r\n')])
  return {
    type: 'multipart/form-data; boundary=b',
    body: random.chance(0.1) ? mutate(body, { random, tokens, corpus }) : body,
  }
}

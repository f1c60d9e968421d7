import { connect } from 'node:net'

export interface Answer {
  /** Null: the connection was closed without a word. */
  status: number | null
  headers: ReadonlyMap<string, string>
  body: string
}

/** Longer than any answer takes, on a busy machine too. */
const HANG_MS = 30_000
/** A server that waits for the rest of a request is not at fault: we go away after this. */
const WAITS_MS = 400

/** Sends bytes and reads until the server closes. Throws where it neither answers nor closes. */
export function send(port: number, bytes: Buffer, isWhole: boolean): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1' })
    const hang = setTimeout(() => {
      socket.destroy()
      reject(new Error(`Neither answered nor closed within ${HANG_MS / 1000} s`))
    }, HANG_MS)
    const patience = isWhole ? undefined : setTimeout(() => socket.end(), WAITS_MS)
    socket.on('data', chunk => chunks.push(chunk))
    // A server that has said no before all was sent may reset the connection: what it said is here.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(hang)
      clearTimeout(patience)
      resolve(readAnswer(Buffer.concat(chunks)))
    })
    socket.write(bytes)
  })
}

/** Of several answers on one connection the last: one that says 100 comes before. */
function readAnswer(bytes: Buffer): Answer {
  const text = bytes.toString('latin1')
  const [head = '', ...rest] = text.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '').split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const status = /^HTTP\/1\.[01] (\d{3}) /.exec(first)
  const headers = new Map(
    lines.map(line => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  )
  const raw = rest.join('\r\n\r\n')
  const body = headers.get('transfer-encoding') === 'chunked' ? raw.slice(raw.indexOf('\r\n') + 2) : raw
  return {
    status: status ? Number(status[1]) : null,
    headers,
    body: Buffer.from(body, 'latin1').toString('utf8'),
  }
}

import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'

/** Bytes that are no HTTP, headers that are too large, a request that did not end in time: there is no request to answer. */
export function handleClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  if (hasAnswered(socket)) {
    // What is wrong was found behind a request that has its answer: two would be read as the answer to the next one.
    socket.end()
    return
  }
  const [status, detail] = CLIENT_ERRORS[error.code ?? ''] ?? [400, 'The request is not valid HTTP.']
  const title = STATUS_CODES[status] ?? 'Bad Request'
  const body = JSON.stringify({
    type: '/docs#malformed_request',
    title,
    status,
    detail,
    code: 'malformed_request',
    // A request that was too slow may be faster next time.
    retriable: status === 408,
  })
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nConnection: close\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

const CLIENT_ERRORS: Record<string, [number, string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
}

/** Node's own handler looks at the same: the answer that is being written, which a socket tells nowhere else. */
function hasAnswered(socket: Socket): boolean {
  const answer: unknown = Reflect.get(socket, '_httpMessage')
  return typeof answer === 'object' && answer !== null && Reflect.get(answer, 'headersSent') === true
}

import type { HttpTimeouts } from './http-timeouts.ts'

/** undici's codes as the admin's sentences; what it does not name (ECONNREFUSED, a certificate) speaks for itself. */
export function toSentence(error: unknown, timeouts: HttpTimeouts): unknown {
  const words: Record<string, string> = {
    UND_ERR_CONNECT_TIMEOUT: `no connection within ${timeouts.connectMs / 1000} seconds`,
    UND_ERR_HEADERS_TIMEOUT: `silence for ${timeouts.silenceMs / 1000} seconds`,
    UND_ERR_BODY_TIMEOUT: `silence for ${timeouts.silenceMs / 1000} seconds`,
    UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the answer is endless',
    UND_ERR_SOCKET: 'the connection was closed before the answer was whole',
  }
  const sentence = words[codeOf(error)]
  return sentence ? new Error(sentence, { cause: error }) : error
}

/** The connection ended although it had carried answers before, and this request got none. */
export function isStaleConnection(error: unknown): boolean {
  if (codeOf(error) !== 'UND_ERR_SOCKET' || !(error instanceof Error) || !('socket' in error)) return false
  const { socket } = error
  return (
    typeof socket === 'object' &&
    socket !== null &&
    'bytesRead' in socket &&
    typeof socket.bytesRead === 'number' &&
    socket.bytesRead > 0
  )
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

import { createHash } from 'node:crypto'

/** All that is stored of a token. Tokens are random, so a slow hash would protect nothing. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

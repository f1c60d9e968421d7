import { isUtf8 } from 'node:buffer'

/**
 * Names are bytes: UTF-8 where they are valid UTF-8, else Latin-1, which gives every byte a letter. `bytes` holds one
 * code point per byte, as `Buffer.latin1Slice` gives it.
 */
export function decodeBytes(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1')
  return isUtf8(buffer) ? buffer.toString('utf8') : bytes
}

/** The name as players see it: without colour codes, `^c` with c any character but `^`. */
export function cleanName(name: string): string {
  return name.replace(/\^[^^]/gu, '')
}

import { Rejection } from './rejection.ts'

const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf'

/**
 * The lines of a file that the game's scripts write, one code point per byte, without their ends; `textBytes` is the
 * length after line ends were made LF. Throws a Rejection for what is no such file, or cut in mid-line.
 */
export function fileLines(content: Buffer): { lines: string[]; textBytes: number } {
  if (content.length === 0) throw new Rejection('empty', null, 'The file has no bytes.')
  const text = toText(content)
  const lines = text.split('\n')
  const nul = lines.findIndex(line => line.includes('\0'))
  if (nul >= 0)
    throw new Rejection('not_text', nul + 1, 'The line holds a NUL byte: this is no stats file, or damaged.')
  // The scripts end every line; the last figure of an unfinished one may be cut short (0 of 04).
  if (lines.pop() !== '') {
    throw new Rejection('no_final_newline', lines.length + 1, 'The last line has no end: the file was cut.')
  }
  return { lines, textBytes: text.length }
}

/** One code point per byte, line ends made LF, without a byte-order mark. */
function toText(content: Buffer): string {
  const raw = content.toString('latin1')
  const text = raw.includes('\r\n') ? raw.replaceAll('\r\n', '\n') : raw
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text
}

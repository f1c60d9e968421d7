import { Rejection } from './rejection.ts'

const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf'

export interface FileLines {
  /** Of the first `most`, without their ends. */
  lines: string[]
  /** Throws where the file has more; to be called when what was read of them is right. */
  refuseMore(): void
  /** Length in bytes after line ends were made LF. */
  textBytes: number
}

/**
 * The lines of a file that the game's scripts write, one code point per byte. No more than `most`: a megabyte of blank
 * ones would be read again with every file that comes after it. Throws a Rejection for what is no such file, or cut in
 * mid-line.
 */
export function fileLines(content: Buffer, most: number): FileLines {
  if (content.length === 0) throw new Rejection('empty', null, 'The file has no bytes.')
  const text = toText(content)
  const nul = text.indexOf('\0')
  if (nul >= 0) {
    const detail = 'The line holds a NUL byte: this is no stats file, or damaged.'
    throw new Rejection('not_text', lineAt(text, nul), detail)
  }
  const textBytes = text.length
  // The scripts end every line; the last figure of an unfinished one may be cut short (0 of 04).
  if (!text.endsWith('\n')) {
    const detail = 'The last line has no end: the file was cut.'
    throw new Rejection('no_final_newline', lineAt(text, textBytes), detail)
  }
  return {
    lines: text.slice(0, -1).split('\n', most),
    textBytes,
    refuseMore() {
      if (lineAt(text, textBytes - 1) <= most) return
      throw new Rejection(
        'not_text',
        most + 1,
        `The file has more than ${most} lines; no script writes so many.`,
      )
    },
  }
}

/** One code point per byte, line ends made LF, without a byte-order mark. */
function toText(content: Buffer): string {
  const raw = content.toString('latin1')
  const text = raw.includes('\r\n') ? raw.replaceAll('\r\n', '\n') : raw
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text
}

/** The line in which a character stands; the first is 1. */
function lineAt(text: string, index: number): number {
  let line = 1
  for (let end = text.indexOf('\n'); end >= 0 && end < index; end = text.indexOf('\n', end + 1)) line += 1
  return line
}

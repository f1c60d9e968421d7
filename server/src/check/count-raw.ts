/**
 * The second opinion of checks 1 to 4 and 7: counts straight over the bytes, with nothing of the parser, so that a
 * mistake of the parser cannot agree with itself. It expects a file that the parser has accepted.
 */
export interface RawLine {
  /** Counts from 1. */
  line: number
  /** Hits, shots, kills, deaths, headshots of each weapon bit that is set, keyed by `bit * 5 + position`. */
  cells: Map<number, number>
}

const LF = 0x0a
const CR = 0x0d
const TAB = 0x09
const SPACE = 0x20
const BACKSLASH = 0x5c
const CELLS_PER_WEAPON = 5

export function countRaw(content: Buffer): RawLine[] {
  const lines: RawLine[] = []
  let number = 0
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(LF, start)
    const stop = end < 0 ? content.length : end
    number += 1
    const isBlank = stop === start || (stop === start + 1 && content[start] === CR)
    if (number > 1 && !isBlank) lines.push({ line: number, cells: readCells(content, start, stop) })
    start = stop + 1
  }
  return lines
}

/** The numbers behind the fourth backslash: a mask, then five for each bit that is set. */
function readCells(content: Buffer, start: number, stop: number): Map<number, number> {
  let at = start
  for (let seen = 0; seen < 4 && at < stop; at += 1) if (content[at] === BACKSLASH) seen += 1
  const next = () => {
    let value = 0
    while (at < stop && content[at] !== SPACE && content[at] !== TAB) {
      value = value * 10 + (content[at] ?? 0) - 0x30
      at += 1
    }
    at += 1
    return value
  }
  const cells = new Map<number, number>()
  const mask = next()
  for (let bit = 0; bit < 31; bit += 1) {
    if (Math.floor(mask / 2 ** bit) % 2 === 0) continue
    for (let position = 0; position < CELLS_PER_WEAPON; position += 1) {
      cells.set(bit * CELLS_PER_WEAPON + position, next())
    }
  }
  return cells
}

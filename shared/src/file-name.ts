/**
 * What a file's name says. Names are data, never paths: nothing here touches a disk.
 * Source: the names that the game server's scripts write, c0rnp0rn*.lua and endstats.lua.
 */

/** The naive wall clock of the game host, as it stands in the name: no zone, no daylight-saving mark. */
export interface Stamp {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
}

export type FileNameVerdict =
  /** A round's statistics. `map` and `roundNumber` are null in the `gamestats_` form: the header tells them. */
  | {
      kind: 'round'
      name: string
      stamp: Stamp
      map: string | null
      roundNumber: 1 | 2 | null
      renamed: boolean
    }
  /** Awards and duels of a round, written up to 3 s from its statistics: read, and shown with that round. */
  | {
      kind: 'endstats'
      name: string
      stamp: Stamp
      map: string
      roundNumber: 1 | 2
      renamed: boolean
    }
  /** Written by another script, or by this one for another purpose: kept, but it makes no round. */
  | { kind: 'unsupported'; name: string }
  /** A name that no stats file can have; `reason` is a sentence for the sender. */
  | { kind: 'bad'; reason: string }

/** ext4, NTFS and APFS all stop here; longer names cannot be a file's name. */
export const MAX_FILE_NAME_BYTES = 255

const STATS_LIKE = /^(?:\d{4}-\d{2}-\d{2}-\d{6}-|gamestats_)/
const ROUND_NAME =
  /^(\d{4})-(\d{2})-(\d{2})-(\d{2})(\d{2})(\d{2})-([A-Za-z0-9_.+-]+)-round-([12])(-endstats)?\.txt$/
const GAMESTATS_NAME = /^gamestats_(\d{4})-(\d{2})-(\d{2})_(\d{2})(\d{2})(\d{2})\.txt$/
/** `_ws`, `_engagements`, and whatever else a script may hang behind the round number. */
const SIDE_FILE_NAME = /-round-\d+[-_][A-Za-z][A-Za-z0-9_-]*\.txt$/
/** A browser that already has the file calls the second download `name (1).txt`. */
const BROWSER_SUFFIX = / ?\(\d{1,3}\)(?=\.txt$)/
/** Device names of Windows: a file of that name cannot be stored there, so none was ever sent from there in good faith. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const FORBIDDEN_CHARACTERS = /[\u0000-\u001f\u007f-\u009f/\\]/

/** Reads a name as it was sent. The `name` of the answer is the file's identity: without a browser's ` (1)`. */
export function readFileName(sent: string): FileNameVerdict {
  if (sent === '') return { kind: 'bad', reason: 'The file has no name.' }
  // No character has more than three bytes for each of its units: thousands of names are told short without encoding.
  if (sent.length * 3 > MAX_FILE_NAME_BYTES && new TextEncoder().encode(sent).length > MAX_FILE_NAME_BYTES) {
    return { kind: 'bad', reason: `The file name is longer than ${MAX_FILE_NAME_BYTES} bytes.` }
  }
  if (FORBIDDEN_CHARACTERS.test(sent)) {
    return { kind: 'bad', reason: 'The file name holds "/", "\\", NUL or another control character.' }
  }
  if (RESERVED.test(sent))
    return { kind: 'bad', reason: 'The file name is reserved by the operating system.' }

  const name = sent.includes('(') && STATS_LIKE.test(sent) ? sent.replace(BROWSER_SUFFIX, '') : sent
  const renamed = name !== sent

  const round = ROUND_NAME.exec(name)
  if (round) {
    const [, year, month, day, hour, minute, second, map = '', number, side] = round
    const stamp = toStamp([year, month, day, hour, minute, second])
    if (!stamp) return { kind: 'bad', reason: 'The date or time in the file name does not exist.' }
    const kind = side === undefined ? 'round' : 'endstats'
    return { kind, name, stamp, map, roundNumber: number === '1' ? 1 : 2, renamed }
  }
  const gamestats = GAMESTATS_NAME.exec(name)
  if (gamestats) {
    const stamp = toStamp(gamestats.slice(1))
    if (!stamp) return { kind: 'bad', reason: 'The date or time in the file name does not exist.' }
    return { kind: 'round', name, stamp, map: null, roundNumber: null, renamed }
  }
  if (STATS_LIKE.test(name) && !SIDE_FILE_NAME.test(name)) {
    return {
      kind: 'bad',
      reason:
        'The file name is neither YYYY-MM-DD-HHMMSS-<map>-round-<1|2>.txt nor gamestats_YYYY-MM-DD_HHMMSS.txt.',
    }
  }
  return { kind: 'unsupported', name }
}

/**
 * Whether a sender should upload a file of this name: rounds, their awards (`-endstats.txt`), and the scripts' other
 * side files, whose bytes are worth keeping. Editors' backups, logs and the like stay where they are.
 */
export function isStatsFileName(name: string): boolean {
  const verdict = readFileName(name)
  switch (verdict.kind) {
    case 'round':
    case 'endstats':
      return true
    case 'unsupported':
      return STATS_LIKE.test(name)
    case 'bad':
      return false
  }
}

function toStamp(parts: (string | undefined)[]): Stamp | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  const exists =
    year >= 1 && day >= 1 && day <= daysIn(year, month) && hour < 24 && minute < 60 && second < 60
  return exists ? { year, month, day, hour, minute, second } : null
}

/** 0 for a month that does not exist. By hand: thousands of names are read at a start, and a Date for each is slow. */
function daysIn(year: number, month: number): number {
  if (month !== 2) return MONTH_DAYS[month - 1] ?? 0
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return isLeap ? 29 : 28
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

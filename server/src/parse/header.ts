import type { Warning } from '@debrief/shared'
import { quote } from './numbers.ts'
import { Rejection } from './rejection.ts'
import { decodeBytes } from './text.ts'

/** Line 1 of a stats file. */
export interface Header {
  hostName: string
  map: string
  config: string | null
  /** As written: an aborted round 1 says 2. */
  roundNumber: 1 | 2
  /** A side, the same in both rounds of a map. */
  defenderTeam: 1 | 2 | null
  /** A side; 0: nobody. */
  winnerTeam: 0 | 1 | 2
  /** Seconds. Round 1: the map's limit. Round 2: the time to beat. */
  timeLimit: number
  /** Seconds. Round 1: the time to beat, as it must stand in the round 2. Null: unknown (0:00), or nonsense. */
  nextTimeLimit: number | null
  /** The next time limit cannot be one, such as 71:05: the level had ended, or was left, when it was written. */
  nextIsNonsense: boolean
  /** Measured play time in milliseconds; null in headers of 8 values and in aborted rounds. */
  durationMs: number | null
  /** The map was changed, or the server stopped, in mid-round. */
  aborted: boolean
  valueCount: 8 | 9
  notices: Warning[]
}

const MAP_NAME = /^[A-Za-z0-9_.+-]{1,64}$/
const CLOCK = /^(\d{1,4}):([0-5]?\d)$/
/** What a time limit that the script could not know looks like: negative, or its seconds out of range. */
const NONSENSE_CLOCK = /^-?\d{1,9}:-?\d{1,9}$/
const DAY_MS = 86_400_000
/** One era wrote whole seconds in value 8. No round lasts under ten seconds, or more than 10 000. */
const SECONDS_ERA_MAX = 10_000

/** Bytes. The values of a header are names and numbers; no script comes near this. */
const MAX_HEADER_LENGTH = 4096

/** Reads line 1, given as one code point per byte. Throws a Rejection. */
export function parseHeader(text: string): Header {
  if (text.length > MAX_HEADER_LENGTH) {
    throw new Rejection(
      'bad_header',
      1,
      `The header has ${text.length} bytes; at most ${MAX_HEADER_LENGTH} are read.`,
    )
  }
  const values = text.split('\\')
  const valueCount = values.length
  if (valueCount !== 8 && valueCount !== 9) {
    throw new Rejection('bad_header', 1, `The header has ${valueCount} values; a stats file has 8 or 9.`)
  }
  const [
    host = '',
    map = '',
    config = '',
    round = '',
    defender = '',
    winner = '',
    limit = '',
    next = '',
    time,
  ] = values
  if (!MAP_NAME.test(map))
    throw new Rejection('bad_header', 1, `The header's map name is not one: ${quote(map)}.`)
  if (round !== '1' && round !== '2') {
    throw new Rejection('bad_header', 1, `The header's round must be 1 or 2, and is ${quote(round)}.`)
  }
  if (winner !== '0' && winner !== '1' && winner !== '2') {
    throw new Rejection('bad_header', 1, `The header's winner must be 0, 1 or 2, and is ${quote(winner)}.`)
  }
  const notices: Warning[] = []
  const isRound2 = round === '2'
  const timeLimit = parseClockOrThrow(limit, 'time limit')
  return {
    hostName: decodeBytes(host),
    map,
    config: config === '' ? null : decodeBytes(config),
    roundNumber: isRound2 ? 2 : 1,
    defenderTeam: parseDefender(defender, notices),
    winnerTeam: winner === '0' ? 0 : winner === '1' ? 1 : 2,
    timeLimit,
    ...parseNextTimeLimit(next, timeLimit, notices),
    ...parsePlayTime(time),
    valueCount,
    notices,
  }
}

function parseDefender(text: string, notices: Warning[]): 1 | 2 | null {
  if (text === '1') return 1
  if (text === '2') return 2
  if (!/^[03]$/.test(text)) {
    throw new Rejection('bad_header', 1, `The header's defender must be 1 or 2, and is ${quote(text)}.`)
  }
  notices.push(unknownValue('defender', '1 or 2', text))
  return null
}

function parseClockOrThrow(text: string, what: string): number {
  const match = CLOCK.exec(text)
  if (!match) throw new Rejection('bad_header', 1, `The header's ${what} is not a time m:ss: ${quote(text)}.`)
  return Number(match[1]) * 60 + Number(match[2])
}

/**
 * The attackers' time, or the limit: never above the limit. The script prints nonsense when the level had already ended,
 * and some print 0:00 when they do not know: neither is damage.
 */
function parseNextTimeLimit(
  text: string,
  timeLimit: number,
  notices: Warning[],
): Pick<Header, 'nextTimeLimit' | 'nextIsNonsense'> {
  if (!NONSENSE_CLOCK.test(text)) {
    throw new Rejection('bad_header', 1, `The header's next time limit is not a time m:ss: ${quote(text)}.`)
  }
  const seconds = CLOCK.test(text) ? parseClockOrThrow(text, 'next time limit') : null
  if (seconds === 0) return { nextTimeLimit: null, nextIsNonsense: false }
  if (seconds !== null && seconds <= timeLimit) return { nextTimeLimit: seconds, nextIsNonsense: false }
  if (seconds === null) notices.push(unknownValue('next time limit', 'm:ss', text))
  return { nextTimeLimit: null, nextIsNonsense: true }
}

function parsePlayTime(text: string | undefined): Pick<Header, 'durationMs' | 'aborted'> {
  if (text === undefined) return { durationMs: null, aborted: false }
  if (!/^-?\d{1,19}$/.test(text)) {
    throw new Rejection('bad_header', 1, `The header's play time is not a whole number: ${quote(text)}.`)
  }
  const value = Number(text)
  if (value < 0) return { durationMs: null, aborted: true }
  const durationMs = value <= SECONDS_ERA_MAX ? value * 1000 : value
  if (durationMs > DAY_MS) {
    throw new Rejection(
      'number_out_of_range',
      1,
      `The header's play time is longer than a day: ${quote(text)}.`,
    )
  }
  return { durationMs, aborted: false }
}

function unknownValue(what: string, expected: string, actual: string): Warning {
  return {
    code: 'unknown_header_value',
    expected,
    actual: quote(actual),
    message: `The header's ${what} is ${quote(actual)}, which is not known; it is stored as unknown.`,
  }
}

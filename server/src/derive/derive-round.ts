import { NOTICE_CODES, type NoticeCode, type Warning } from '@debrief/shared'
import type { PlayerLine } from '../parse/player-line.ts'
import { type DerivedPlayer, derivePlayer } from './derive-player.ts'
import { headerLength, isStated } from './header-length.ts'
import { matchLines } from './match-lines.ts'
import { mayCountOn } from './may-count-on.ts'
import { playerGuids } from './player-guids.ts'
import type { RoundSources } from './round-sources.ts'
import { fitsInto, timeOnTeam, timeSince } from './time-on-team.ts'

export interface DerivedRound {
  players: DerivedPlayer[]
  /** Players who are left out, and figures that cannot be. */
  notices: Warning[]
}

/**
 * This round's own figures from the raw files. Pure; units as in the column table. The law of the possible: whoever
 * would have been on a team for longer than the round lasted has not been understood, and is left out until a file
 * comes that explains it.
 */
export function deriveRound(sources: RoundSources): DerivedRound {
  const { file, base, round1 } = sources
  const guids = playerGuids(file, round1 === file ? null : round1)
  const matched = base ? matchLines(file.players, base.file.players) : new Map<PlayerLine, PlayerLine>()
  const longest = longestSeconds(sources)
  const leavers = (base?.file.players ?? []).filter(
    other => ![...matched].some(pair => countsOn(pair, other)),
  )

  const derived: DerivedRound = { players: [], notices: [] }
  for (const line of file.players) {
    const guid = guids.get(line) ?? line.guid8
    const fate = lineFate(line, matched.get(line) ?? null, leavers, longest, sources.isExplained)
    if (fate.kind === 'left_out') {
      derived.notices.push(leftOut(fate.code, line, guid))
      continue
    }
    const player = derivePlayer(sources, line, fate.earlier, guid)
    derived.notices.push(...player.notices)
    derived.players.push(player)
  }
  return derived
}

/** Seconds that somebody can have been on a team, with what a length can be off that was read off the lines. */
function longestSeconds({ file: { header }, base, durationSeconds }: RoundSources): number {
  if (durationSeconds === null) return headerLength(header).longest
  if (isStated(header, durationSeconds)) return durationSeconds
  return durationSeconds + (base ? READING_SLACK.difference : READING_SLACK.reading)
}

/** Seconds: v22 is printed in steps of six. */
const READING_SLACK = { reading: 3, difference: 6 }

function countsOn([line, earlier]: readonly [PlayerLine, PlayerLine], other: PlayerLine): boolean {
  return earlier === other && mayCountOn(line, earlier)
}

type Fate =
  | { kind: 'stands' /** The line to subtract. */; earlier: PlayerLine | null }
  | { kind: 'left_out'; code: 'carry_unresolved' | 'impossible_time' }

function lineFate(
  line: PlayerLine,
  earlier: PlayerLine | null,
  leavers: readonly PlayerLine[],
  longest: number,
  isExplained: boolean,
): Fate {
  if (earlier && mayCountOn(line, earlier)) {
    const since = timeSince(line, earlier)
    return since === null || fitsInto(since, longest)
      ? { kind: 'stands', earlier }
      : { kind: 'left_out', code: 'impossible_time' }
  }
  // Who has carried no round began anew, whatever the others did.
  if (!isExplained && line.rounds > 0) return { kind: 'left_out', code: 'carry_unresolved' }
  const span = timeOnTeam(line)
  if (span === null || fitsInto(span, longest)) return { kind: 'stands', earlier: null }
  // A newcomer in a leaver's slot inherits his counters (etlegacy #2612): right where one leaver's line alone fits.
  const inherited = leavers.filter(leaver => {
    const since = timeSince(line, leaver)
    return mayCountOn(line, leaver) && since !== null && fitsInto(since, longest)
  })
  const [only, ...others] = inherited
  return only && others.length === 0
    ? { kind: 'stands', earlier: only }
    : { kind: 'left_out', code: line.rounds > 0 ? 'carry_unresolved' : 'impossible_time' }
}

function leftOut(code: NoticeCode, line: PlayerLine, guid: string): Warning {
  return { code, expected: null, actual: guid, message: `Line ${line.line}: ${NOTICE_CODES[code]}` }
}

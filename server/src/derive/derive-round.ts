import type { Warning } from '@debrief/shared'
import { V } from '../parse/columns.ts'
import type { PlayerLine } from '../parse/player-line.ts'
import type { RoundFile } from '../parse/round-file.ts'
import { carried, longestMinutes } from './carried.ts'
import { type DerivedPlayer, derivePlayer } from './derive-player.ts'
import { matchLines } from './match-lines.ts'
import { playerGuids } from './player-guids.ts'

export interface DerivedRound {
  players: DerivedPlayer[]
  /** Players whose figures hold an attempt that is not here: left out until it comes. */
  notices: Warning[]
}

/**
 * This round's own figures from the raw files: the file itself, the one whose counters it goes on from (`base`), and
 * the round 1 of its match, which names the bots. Pure; units as in the column table.
 */
export function deriveRound(file: RoundFile, base: RoundFile | null, round1: RoundFile | null): DerivedRound {
  const guids = playerGuids(file, round1 === file ? null : round1)
  const lines = base ? matchLines(file.players, base.players, file.header) : new Map<PlayerLine, PlayerLine>()
  const derived: DerivedRound = { players: [], notices: [] }
  for (const line of file.players) {
    const earlier = lines.get(line) ?? null
    const verdict = earlier ? carried(line, earlier, file.header) : 'fresh'
    const guid = guids.get(line) ?? line.guid8
    if (verdict === 'contradicted' || (!base && holdsMoreThanThisRound(line, file))) {
      derived.notices.push(unresolved(line, guid))
      continue
    }
    derived.players.push(derivePlayer(file, line, verdict === 'carried' ? earlier : null, base, guid))
  }
  return derived
}

/** On a team for longer than the round lasted, and the engine says that the counters span more than one round. */
function holdsMoreThanThisRound(line: PlayerLine, file: RoundFile): boolean {
  const longest = longestMinutes(file.header)
  const minutes = line.values[V.minutesOnTeam] ?? null
  return line.rounds > 0 && longest !== null && minutes !== null && minutes > longest
}

function unresolved(line: PlayerLine, guid: string): Warning {
  return {
    code: 'carry_unresolved',
    expected: null,
    actual: guid,
    message: `The figures in line ${line.line} include an attempt whose file is not here; they wait for it.`,
  }
}

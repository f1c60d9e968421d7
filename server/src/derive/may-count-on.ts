import type { PlayerLine } from '../parse/player-line.ts'
import { grew, shrank } from './shrank.ts'
import { timeSince } from './time-on-team.ts'

/** Whether one player's counters can hold those of an earlier line of his, by what they are. */
export function mayCountOn(line: PlayerLine, earlier: PlayerLine): boolean {
  // The engine counts rounds while counters are kept; a grown count proves nothing, any other proves the contrary.
  if (line.rounds <= earlier.rounds || shrank(line, earlier)) return false
  // Who reconnects before the round begins anew with a grown count, and may do better everywhere. But nobody fights
  // without time.
  const since = timeSince(line, earlier)
  return since === null || since.seconds > 0 || !grew(line, earlier)
}

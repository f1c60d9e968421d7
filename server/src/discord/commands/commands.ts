import type { Command } from './command.ts'
import { compare } from './compare.ts'
import { lastSession } from './last-session.ts'
import { leaderboard } from './leaderboard.ts'
import { link, setname, unlink } from './link.ts'
import { map } from './map.ts'
import { records } from './records.ts'
import { rivals } from './rivals.ts'
import { session } from './session.ts'
import { stats } from './stats.ts'
import { status } from './status.ts'
import { teams } from './teams.ts'

/**
 * THE LIST. What Discord is told, what `!` and a mention understand, the list of words and the dispatch follow from it.
 * A mention without a command means the first.
 */
export const COMMANDS: readonly [Command, ...Command[]] = [
  lastSession,
  session,
  ...[stats, leaderboard, compare, records, map, rivals, teams],
  ...[link, unlink, setname],
  status,
]

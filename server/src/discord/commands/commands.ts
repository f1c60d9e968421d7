import type { Command } from './command.ts'
import { lastSession } from './last-session.ts'
import { session } from './session.ts'
import { status } from './status.ts'

/**
 * THE LIST. What Discord is told, what `!` and a mention understand, the list of words and the dispatch follow from it.
 * A mention without a command means the first.
 */
export const COMMANDS: readonly [Command, ...Command[]] = [lastSession, session, status]

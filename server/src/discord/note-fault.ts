import { DatabaseFault } from '../db/database-fault.ts'
import type { Logger } from '../log/logger.ts'
import type { Telling } from '../server-state.ts'
import { DiscordFault } from './rest/discord-fault.ts'

interface Context {
  log: Logger
  telling: Telling
  /** The event, the report or the command that met it. */
  about: string
}

/** Logs a fault by where it came from. `consequence`: what does not happen because of it. */
export function noteFault(context: Context, error: unknown, consequence: string): void {
  if (error instanceof DiscordFault || error instanceof DatabaseFault) {
    context.log.warn({ about: context.about }, `${consequence}: ${error.sentence}`)
  } else noteBug(context, error, consequence)
}

/** What is neither Discord's fault nor the database's is ours: logged with its stack, counted. Returns a sentence. */
export function noteBug({ log, telling, about }: Context, error: unknown, consequence: string): string {
  telling.bugs += 1
  const reason = error instanceof Error ? error.message : String(error)
  log.error({ err: error, about }, `${consequence}, because of a fault of ours: ${reason}`)
  return `A fault of ours (${reason}); errors.log has its stack.`
}

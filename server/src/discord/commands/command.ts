import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord.js'
import type { Kysely } from 'kysely'
import type { DB } from '../../db/tables.ts'
import type { BotContext } from '../bot-context.ts'
import type { PostContent } from '../posts/post-content.ts'

/** Something that people ask of the bot. A new one is a file with one of these, and a line in `commands.ts`. */
export interface Command {
  /** As Discord is told: name, options, who may use it. */
  definition: RESTPostAPIChatInputApplicationCommandsJSONBody
  texts: {
    /** What calls it in a message, after `!` or a mention. None: it is a slash command only. */
    words: readonly string[]
    /** Its part of the list of words. */
    help: string
    /** Whether the word of a view may follow: `!last top`. */
    takesView: boolean
  }
  /** The answer to the slash command is seen by who asked alone. */
  isPrivate: boolean
  /** Choices for what was typed of an option so far. */
  suggest?(db: Kysely<DB>, typed: string, option: string): Promise<Choice[]>
  /**
   * Answers. `words` is what followed the command, or the values of its options in their order. Returns whether it made
   * sense of them; where not, the list of words is shown.
   */
  answer(
    context: BotContext,
    words: readonly string[],
    reply: Reply,
    asker: Asker,
  ): Promise<'answered' | 'not_understood'>
}

/** What somebody may choose for an option, at most 25 of them. */
export interface Choice {
  name: string
  value: string
}

/** Who asks, and his words as he wrote them: names have capitals and spaces. */
interface Asker {
  userId: string
  /** Of a message: its words, those in quotes together. Of a slash command: the values that were given, each whole. */
  args: readonly string[]
  /** Whether these are values of options. */
  isSlash: boolean
}

/** The way back to who asked: a message, or an interaction. Both try again what is safe to repeat. */
export interface Reply {
  show(content: PostContent): Promise<void>
  /** A session's whole report: several messages, which are kept true from then on. */
  report(session: number): Promise<void>
}

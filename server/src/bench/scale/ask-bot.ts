import type { Kysely } from 'kysely'
import type { DB } from '../../db/tables.ts'
import type { BotContext } from '../../discord/bot-context.ts'
import { COMMANDS } from '../../discord/commands/commands.ts'
import type { ScaleCase } from './scale-cases.ts'

/** Has a command answered, or its choices found, as when somebody asks in Discord; nothing is sent there. */
export async function askBot(db: Kysely<DB>, asked: Exclude<ScaleCase, { kind: 'get' }>): Promise<void> {
  const command = COMMANDS.find(({ definition }) => definition.name === asked.word)
  if (!command) throw new Error(`There is no command ${asked.word}.`)
  if (asked.kind === 'choices') {
    await command.suggest?.(db, asked.typed, asked.option)
    return
  }
  const reply = { show: async () => undefined, report: async () => undefined }
  const words = asked.args.map(word => word.toLowerCase())
  const understood = await command.answer(botContext(db), words, reply, {
    userId: '1',
    args: asked.args,
    isSlash: false,
  })
  if (understood !== 'answered') throw new Error(`${asked.name} was not understood.`)
}

/** What commands that read ask of the bot. Pictures are drawn beside, in a process of their own: that is no matter of history. */
function botContext(db: Kysely<DB>): BotContext {
  const noPictures: Pick<BotContext['pictures'], 'drawOne'> = { drawOne: async () => Buffer.alloc(0) }
  const context = {
    db,
    publicUrl: 'https://stats.example.org',
    pictures: noPictures,
    peopleInVoice: () => null,
  }
  return context as Partial<Record<keyof BotContext, unknown>> as BotContext
}

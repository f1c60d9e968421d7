import type { Message } from 'discord.js'
import { noteFault } from '../note-fault.ts'
import { type Bot, withLinks } from '../with-links.ts'
import { COMMANDS } from './commands.ts'
import { readMessage } from './read-message.ts'
import { replyToMessage } from './reply-to-message.ts'
import { wordList } from './word-list.ts'

/** Answers a message that asks us for something; never throws. */
export async function answerMessage(
  bot: Bot,
  message: Pick<Message, 'id' | 'content' | 'channelId' | 'author'>,
): Promise<void> {
  if (message.author.bot) return
  const ask = readMessage(message.content, bot.botId, COMMANDS)
  if (!ask) return
  const startedAt = performance.now()
  const asker = { userId: message.author.id, args: ask.args, isSlash: false }
  try {
    const context = await withLinks(bot)
    const reply = replyToMessage(context, message)
    const outcome = (await ask.command?.answer(context, ask.words, reply, asker)) ?? 'not_understood'
    if (outcome === 'not_understood') await reply.show(wordList(COMMANDS))
    bot.log.info(
      { command: ask.command?.definition.name ?? null, tookMs: Math.round(performance.now() - startedAt) },
      'Answered a command',
    )
  } catch (error) {
    noteFault({ ...bot, about: `message ${message.id}` }, error, 'A command was not answered')
  }
}

import type { AutocompleteInteraction, ChatInputCommandInteraction, Interaction } from 'discord.js'
import { noteFault } from '../note-fault.ts'
import { type Bot, withLinks } from '../with-links.ts'
import { answerButton } from './answer-button.ts'
import type { Command } from './command.ts'
import { COMMANDS } from './commands.ts'
import { acknowledge, editAnswer } from './interaction-answer.ts'
import { replyToInteraction } from './reply-to-interaction.ts'
import { wordList } from './word-list.ts'

/** Answers slash commands, buttons and half-typed options; never throws. */
export async function answerInteraction(bot: Bot, interaction: Interaction): Promise<void> {
  try {
    if (interaction.isAutocomplete()) await suggest(bot, interaction)
    else if (interaction.isChatInputCommand()) await answerCommand(bot, interaction)
    else if (interaction.isButton()) await answerButton(bot, interaction)
  } catch (error) {
    noteFault({ ...bot, about: `interaction ${interaction.id}` }, error, 'A command was not answered')
    if (interaction.isAutocomplete()) return
    const content = 'That did not work this time. Please try again; the server’s log says why.'
    await editAnswer(bot, interaction, { content }).catch(() => undefined)
  }
}

async function suggest({ db }: Bot, interaction: AutocompleteInteraction): Promise<void> {
  const command = commandOf(interaction)
  const { name, value } = interaction.options.getFocused(true)
  await interaction.respond((await command?.suggest?.(db, value, name)) ?? [])
}

async function answerCommand(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  const command = commandOf(interaction)
  // One that we no longer know, or not yet: Discord was told of it by another version.
  const isPrivate = command?.isPrivate ?? true
  await acknowledge(bot, interaction, isPrivate ? 'private reply' : 'reply')
  const context = await withLinks(bot)
  const reply = replyToInteraction(context, interaction)
  const args = command ? valuesOf(command, interaction) : []
  const words = args.flatMap(value => value.toLowerCase().split(/\s+/))
  const asker = { userId: interaction.user.id, args, isSlash: true }
  const outcome = (await command?.answer(context, words, reply, asker)) ?? 'not_understood'
  if (outcome === 'not_understood') await reply.show(wordList(COMMANDS))
}

function commandOf({ commandName }: { commandName: string }): Command | undefined {
  return COMMANDS.find(({ definition }) => definition.name === commandName)
}

/** The values of the options, in the order of the definition: as if they had been written after the command. */
function valuesOf({ definition }: Command, { options }: ChatInputCommandInteraction): string[] {
  return (definition.options ?? [])
    .map(({ name }) => String(options.get(name)?.value ?? '').trim())
    .filter(Boolean)
}

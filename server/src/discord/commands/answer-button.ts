import type { ButtonInteraction } from 'discord.js'
import { BUTTONS } from '../views/buttons.ts'
import { readButton } from '../views/view-buttons.ts'
import { viewContent } from '../views/view-content.ts'
import { type Bot, withLinks } from '../with-links.ts'
import { findSession } from './find-session.ts'
import { acknowledge, editAnswer } from './interaction-answer.ts'

/** A press of a button below a report or a view. */
export async function answerButton(bot: Bot, interaction: ButtonInteraction): Promise<void> {
  const turner = BUTTONS.find(({ prefix }) => interaction.customId.startsWith(prefix))
  if (turner) {
    await acknowledge(bot, interaction, 'update')
    const turned = await turner.turn(await withLinks(bot), interaction.customId.slice(turner.prefix.length))
    if (turned) await editAnswer(bot, interaction, turned)
    return
  }
  const button = readButton(interaction.customId)
  if (!button) return
  // A report stays; what was opened from it is seen by one alone and turned over in place.
  await acknowledge(bot, interaction, button.deed === 'turn' ? 'update' : 'private reply')
  const found = await findSession(bot.db, { kind: 'number', number: button.session })
  const content =
    found.kind === 'found'
      ? await viewContent(await withLinks(bot), found.report, button.view)
      : { content: found.sentence }
  await editAnswer(bot, interaction, content)
}

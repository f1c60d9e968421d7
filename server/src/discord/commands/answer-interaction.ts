import type { ButtonInteraction, ChatInputCommandInteraction, Interaction } from 'discord.js'
import type { BotDeps } from '../bot-deps.ts'
import type { PostContent } from '../posts/post-content.ts'
import { createReport } from '../reports/create-report.ts'
import { publishReport } from '../reports/publish-report.ts'
import { explainFault } from '../rest/explain-fault.ts'
import { readButton } from '../views/view-buttons.ts'
import { viewContent } from '../views/view-content.ts'
import { isView, wordList } from '../views/words.ts'
import { findSession } from './find-session.ts'
import { acknowledge, editAnswer, followUp, patchAnswer } from './interaction-answer.ts'
import { parseChoice } from './parse-ask.ts'
import { statusContent } from './status-content.ts'
import { suggestSessions } from './suggest-sessions.ts'
import { withRetries } from './with-retries.ts'

/** Answers slash commands, buttons and half-typed options; never throws. */
export async function answerInteraction(deps: BotDeps, interaction: Interaction): Promise<void> {
  try {
    if (interaction.isAutocomplete()) {
      await interaction.respond(await suggestSessions(deps.db, interaction.options.getFocused()))
    } else if (interaction.isChatInputCommand()) await answerCommand(deps, interaction)
    else if (interaction.isButton()) await answerButton(deps, interaction)
  } catch (error) {
    const { kind, sentence } = explainFault(error)
    if (kind === 'bug') deps.log.error({ err: error }, 'A command could not be answered')
    else deps.log.warn(`A command could not be answered: ${sentence}`)
    if (interaction.isAutocomplete()) return
    const content = 'That did not work this time. Please try again; the server’s log says why.'
    await editAnswer(deps, interaction, { content }).catch(() => undefined)
  }
}

async function answerCommand(deps: BotDeps, interaction: ChatInputCommandInteraction): Promise<void> {
  const isStatus = interaction.commandName === 'status'
  await acknowledge(deps, interaction, isStatus ? 'private reply' : 'reply')
  const show = (content: PostContent) => editAnswer(deps, interaction, content)
  if (isStatus) return void (await show(await statusContent(deps.db)))

  const which =
    interaction.commandName === 'session' ? interaction.options.getString('which', true) : 'latest'
  const choice = parseChoice(which.trim().toLowerCase())
  const view = interaction.options.getString('view')
  if (!choice || (view !== null && !isView(view))) return void (await show({ content: wordList() }))
  const found = await findSession(deps.db, choice)
  if (found.kind === 'none') await show({ content: found.sentence })
  else if (view) await show(await viewContent(deps, found.report, view))
  else await answerWithReport(deps, interaction, found.report.session)
}

/**
 * The first message is the answer itself. The later ones go to the channel, where a nonce keeps them single; a bot that
 * may not write there follows up.
 */
async function answerWithReport(
  deps: BotDeps,
  interaction: ChatInputCommandInteraction,
  session: number,
): Promise<void> {
  const { rest } = deps
  const mayWrite = interaction.appPermissions.has([
    'ViewChannel',
    'SendMessages',
    'EmbedLinks',
    'AttachFiles',
  ])
  const reportId = await createReport(
    deps.db,
    session,
    interaction.channelId,
    `interaction ${interaction.id}`,
  )
  await withRetries(deps.signal, () =>
    publishReport(deps, reportId, {
      createFirst: (body, files) => patchAnswer(rest, interaction, withoutNonce(body), files),
      createLater: mayWrite
        ? undefined
        : (body, files) => followUp(rest, interaction, withoutNonce(body), files),
    }),
  )
}

/** Interactions know no nonce. */
function withoutNonce<T extends object>(body: T): T {
  return { ...body, nonce: undefined, enforce_nonce: undefined }
}

async function answerButton(deps: BotDeps, interaction: ButtonInteraction): Promise<void> {
  const button = readButton(interaction.customId)
  if (!button) return
  // A report stays; what was opened from it is seen by one alone and turned over in place.
  await acknowledge(deps, interaction, button.deed === 'turn' ? 'update' : 'private reply')
  const found = await findSession(deps.db, { kind: 'number', number: button.session })
  const content =
    found.kind === 'found' ? await viewContent(deps, found.report, button.view) : { content: found.sentence }
  await editAnswer(deps, interaction, content)
}

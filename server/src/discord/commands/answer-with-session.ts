import type { BotContext } from '../bot-context.ts'
import { viewContent } from '../views/view-content.ts'
import { isView } from '../views/words.ts'
import type { Reply } from './command.ts'
import { findSession } from './find-session.ts'
import type { SessionChoice } from './parse-choice.ts'

/** The report of a session, or the one view of it that `words` name. */
export async function answerWithSession(
  context: BotContext,
  choice: SessionChoice,
  words: readonly string[],
  reply: Reply,
): Promise<'answered' | 'not_understood'> {
  const view = words.join(' ')
  if (view !== '' && !isView(view)) return 'not_understood'
  const found = await findSession(context.db, choice)
  if (found.kind === 'none') await reply.show({ content: found.sentence })
  else if (view === '') await reply.report(found.report.session)
  else await reply.show(await viewContent(context, found.report, view))
  return 'answered'
}

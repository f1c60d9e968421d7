import { type SubView, subViewCards } from '../../cards/sub-view-cards.ts'
import type { SessionReport } from '../../report/session-report.ts'
import type { BotContext } from '../bot-context.ts'
import type { PostContent } from '../posts/post-content.ts'
import { pictureFiles } from './picture-files.ts'
import { viewButtons } from './view-buttons.ts'

/** One view of a report as one message, with buttons to turn it into another. */
export async function viewContent(
  { publicUrl, pictures }: Pick<BotContext, 'publicUrl' | 'pictures'>,
  report: SessionReport,
  view: SubView,
): Promise<PostContent> {
  const components = viewButtons('turn', report.session, view)
  const [embeds = []] = subViewCards(report, view, { publicUrl })
  const files = view === 'graphs' ? pictureFiles(await pictures.draw(report)) : []
  return { embeds, components, files }
}

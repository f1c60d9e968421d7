import { sessionCards } from '../../cards/session-cards.ts'
import type { SessionReport } from '../../report/session-report.ts'
import type { BotContext } from '../bot-context.ts'
import type { PostContent } from '../posts/post-content.ts'
import { pictureFiles } from '../views/picture-files.ts'
import { viewButtons } from '../views/view-buttons.ts'

/**
 * A report as messages: the cards, then the two pictures with the buttons. The pictures are drawn meanwhile by another
 * process; should they fail, the figures are not held back for them.
 */
export function reportMessages(
  { publicUrl, pictures, log }: Pick<BotContext, 'publicUrl' | 'pictures' | 'log'>,
  report: SessionReport,
): { cards: PostContent[]; pictures: Promise<PostContent> } {
  const components = viewButtons('open', report.session)
  const drawn = pictures.draw(report).then(
    (pngs): PostContent => ({ files: pictureFiles(pngs), components }),
    (err): PostContent => {
      log.error({ err, session: report.session }, 'The pictures of a report could not be drawn')
      return { content: 'The pictures could not be drawn this time.', components }
    },
  )
  return {
    cards: sessionCards(report, { publicUrl }).map(embeds => ({ embeds })),
    pictures: drawn,
  }
}

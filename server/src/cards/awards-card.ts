import type { Award } from '../report/awards.ts'
import type { SessionReport } from '../report/session-report.ts'
import type { Card } from './card.ts'
import type { CardFrame } from './card-frame.ts'
import { playerLabel } from './player-label.ts'

/** Card 6: a line per award that somebody earned. */
export function awardsCard({ awards }: SessionReport, { url, footer }: CardFrame): Card {
  return {
    title: '🏆 Awards',
    url,
    color: 0xffd700,
    footer,
    blocks: [
      {
        entries: awards.length === 0 ? ['Nobody has earned an award.'] : awards.map(awardLine),
        separator: '\n',
      },
    ],
  }
}

function awardLine({ emoji, title, figure, winners }: Award): string {
  return `${emoji} ${title}: ${winners.map(winner => `**${playerLabel(winner)}**`).join(', ')} · ${figure}`
}

import type { Award } from '../report/awards.ts'
import type { Duel } from '../report/duels.ts'
import type { SessionReport } from '../report/session-report.ts'
import type { Block, Card } from './card.ts'
import type { CardFrame } from './card-frame.ts'
import { playerLabel } from './player-label.ts'

/** Card 6: a line per award that somebody earned, and the duels of the evening. */
export function awardsCard({ awards, duels }: SessionReport, { url, footer }: CardFrame): Card {
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
      ...duelsBlock(duels),
    ],
  }
}

/** The fiercest and the most one-sided: a few lines, each duel once. */
const SHOWN_DUELS = 3

function duelsBlock(duels: readonly Duel[]): Block[] {
  // Each stands there in both directions; it is told by who won it.
  const won = duels.filter(
    ({ player, opponent, kills, deaths }) =>
      kills > deaths || (kills === deaths && player.guid < opponent.guid),
  )
  if (won.length === 0) return []
  const first = (rank: (duel: Duel) => number) =>
    [...won].sort((a, b) => rank(b) - rank(a) || (keyOf(a) < keyOf(b) ? -1 : 1)).slice(0, SHOWN_DUELS)
  const lines = (named: readonly Duel[], emoji: string) =>
    named.map(
      ({ player, opponent, kills, deaths }) =>
        `${emoji} **${playerLabel(player)}** ${kills} : ${deaths} **${playerLabel(opponent)}**`,
    )
  const oneSided = first(({ kills, deaths }) => kills - deaths)
  const fierce = first(({ kills, deaths }) => kills + deaths).filter(duel => !oneSided.includes(duel))
  return [
    {
      heading: '**Duels**',
      entries: [...lines(oneSided, '🎯'), ...lines(fierce, '🤺')],
      separator: '\n',
    },
  ]
}

function keyOf({ player, opponent }: Duel): string {
  return `${player.guid} ${opponent.guid}`
}

function awardLine({ emoji, title, figure, winners }: Award): string {
  return `${emoji} ${title}: ${winners.map(winner => `**${playerLabel(winner)}**`).join(', ')} · ${figure}`
}

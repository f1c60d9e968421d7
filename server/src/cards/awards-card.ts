import type { Award } from '../report/awards.ts'
import type { Duel } from '../report/duels.ts'
import { recordTitle } from '../report/record-title.ts'
import type { SessionRecord, SessionReport } from '../report/session-report.ts'
import type { Block, Card } from './card.ts'
import type { CardFrame } from './card-frame.ts'
import { escapeMap } from './escape-markdown.ts'
import { playerLabel } from './player-label.ts'

/** Card 6: a line per award that somebody earned, and the duels of the evening. */
export function awardsCard(
  { awards, roundAwards, newRecords, duels }: SessionReport,
  { url, footer }: CardFrame,
): Card {
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
      ...roundAwardsBlock(roundAwards),
      ...recordsBlock(newRecords),
      ...duelsBlock(duels),
    ],
  }
}

const SHOWN_WINNERS = 3

/** Who took most of the awards that single rounds gave. */
function roundAwardsBlock(roundAwards: SessionReport['roundAwards']): Block[] {
  if (roundAwards.length === 0) return []
  const winners = roundAwards
    .slice(0, SHOWN_WINNERS)
    .map(({ player, won }) => `**${playerLabel(player)}** ${won}`)
  return [{ entries: [`🎖️ Most awards of single rounds: ${winners.join(', ')}`], separator: '\n' }]
}

/** A young history breaks many records in an evening: the page has all of them. */
const SHOWN_RECORDS = 8

function recordsBlock(records: readonly SessionRecord[]): Block[] {
  if (records.length === 0) return []
  const rest = records.length - SHOWN_RECORDS
  const lines = records.slice(0, SHOWN_RECORDS).map(record => {
    const holders = record.players.map(player => `**${playerLabel(player)}**`).join(', ')
    return `📈 ${recordTitle(record, escapeMap)}: ${holders} · ${record.figure} (before: ${record.before.figure})`
  })
  const entries = [...lines, ...(rest > 0 ? [`+ ${rest} more`] : [])]
  return [{ heading: '**New records**', entries, separator: '\n' }]
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

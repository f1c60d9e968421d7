import { dpm, hitPoints, percent } from '../report/forms.ts'
import type { PlayerTotals } from '../report/player-totals.ts'
import type { SessionReport } from '../report/session-report.ts'
import type { Card } from './card.ts'
import type { CardFrame } from './card-frame.ts'
import { playerLabel } from './player-label.ts'

/** Card 4: damage per minute, all players. */
export function damageCard({ players, totals }: SessionReport, { url, footer }: CardFrame): Card {
  const ranked = rankByDpm(players)
  const best = ranked[0]
  const highest = best && best.dpm !== null ? [`Highest: ${dpm(best.dpm)} by **${playerLabel(best)}**`] : []
  return {
    title: '💥 Damage',
    url,
    color: 0xfee75c,
    footer,
    blocks: [
      {
        entries: [
          `Average over all: ${dpm(totals.dpm)} · ${hitPoints(totals.damageGiven)} dealt`,
          ...highest,
        ],
        separator: '\n',
        isFixed: true,
      },
      {
        entries: ranked.map((player, index) => {
          const rank = player.dpm === null ? '-' : `${index + 1}.`
          return `${rank} **${playerLabel(player)}** ${dpm(player.dpm)} · ${hitPoints(player.damageGiven)} · ${percent(player.damageShare)} of all`
        }),
        separator: '\n',
      },
    ],
  }
}

/** Who has no DPM, because no file tells the time, stands last, with a `-`. */
export function rankByDpm(players: readonly PlayerTotals[]): PlayerTotals[] {
  return [...players].sort((a, b) => (b.dpm ?? -1) - (a.dpm ?? -1))
}

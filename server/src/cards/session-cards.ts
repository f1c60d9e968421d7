import type { APIEmbed } from 'discord.js'
import type { SessionReport } from '../report/session-report.ts'
import { awardsCard } from './awards-card.ts'
import { cardFrame } from './card-frame.ts'
import { damageCard } from './damage-card.ts'
import { layCards } from './lay-cards.ts'
import { lineUpsCard } from './line-ups-card.ts'
import { overviewCard } from './overview-card.ts'
import { teamsCard } from './teams-card.ts'
import { weaponsCard } from './weapons-card.ts'

export interface CardOptions {
  /** The origin of the pages; null: cards without links. */
  publicUrl: string | null
}

/** `!last_session`: the cards of a report as messages of embeds; one message where they fit, else two. */
export function sessionCards(report: SessionReport, options: CardOptions): APIEmbed[][] {
  const frame = cardFrame(report, options)
  const cards = [overviewCard, teamsCard, lineUpsCard, damageCard, weaponsCard, awardsCard]
  return layCards(
    cards.map(card => card(report, frame)),
    { pageUrl: frame.url, messages: 2 },
  )
}

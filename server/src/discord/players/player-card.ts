import type { APIEmbed } from 'discord.js'
import type { Block, Card } from '../../cards/card.ts'
import { layCards } from '../../cards/lay-cards.ts'

/** A list under a heading; nothing where it is empty. */
export function listBlock(heading: string | null, entries: readonly string[]): Block[] {
  if (entries.length === 0) return []
  return [{ ...(heading !== null && { heading: `**${heading}**` }), entries: [...entries], separator: '\n' }]
}

/** One card as one message, within Discord's limits; `image`: the name of a picture that is attached. */
export function cardEmbeds(card: Card, image: string | null = null): APIEmbed[] {
  const [embeds = []] = layCards([card], { pageUrl: card.url, messages: 1 })
  const last = embeds.at(-1)
  if (image !== null && last) last.image = { url: `attachment://${image}` }
  return embeds
}

export const COLOURS = { blurple: 0x5865f2, gold: 0xffd700, green: 0x57f287, red: 0xed4245 } as const

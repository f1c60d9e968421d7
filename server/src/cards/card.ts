/** A card before it is fitted into Discord's limits: whole entries, which are shown or left out, never cut. */
export interface Card {
  title: string
  /** The page that the title leads to. */
  url: string | null
  color: number
  footer: string
  blocks: Block[]
}

export interface Block {
  /** A line above the entries. */
  heading?: string
  entries: string[]
  /** Between entries. */
  separator: '\n' | ', '
  /** Must be shown whole; the others give way, and say how many entries were left out. */
  isFixed?: boolean
}

/** Source: Discord's documentation of embeds. A message's total counts all text of all its embeds. */
export const LIMITS = { total: 6000, embeds: 10, title: 256, description: 4096, footer: 2048 } as const

export function blockText(block: Block): string {
  const entries = block.entries.join(block.separator)
  return block.heading === undefined ? entries : `${block.heading}\n${entries}`
}

export const BLOCK_GAP = '\n\n'

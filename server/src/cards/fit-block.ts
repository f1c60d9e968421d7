import { type Block, blockText } from './card.ts'

/**
 * The block in at most `budget` characters: as many whole entries as fit, then `+ 7 more`. A budget too small for that
 * leaves the heading and the count.
 */
export function fitBlock(block: Block, budget: number, link: string): string {
  const whole = blockText(block)
  if (whole.length <= budget || block.isFixed) return whole
  for (let shown = block.entries.length - 1; shown > 0; shown -= 1) {
    const text = cutTo(block, shown, link)
    if (text.length <= budget) return text
  }
  return cutTo(block, 0, link)
}

/** The least that a block takes. */
export function smallest(block: Block, link: string): number {
  const whole = blockText(block).length
  return block.isFixed ? whole : Math.min(whole, cutTo(block, 0, link).length)
}

function cutTo(block: Block, shown: number, link: string): string {
  const more = `+ ${block.entries.length - shown} more${link}`
  return blockText({ ...block, entries: [...block.entries.slice(0, shown), more] })
}

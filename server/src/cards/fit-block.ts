import { type Block, blockText } from './card.ts'

/**
 * The block in at most `budget` characters: as many whole entries as fit, then `+ 7 more`. A budget too small for that
 * leaves the heading and the count.
 */
export function fitBlock(block: Block, budget: number, link: string): string {
  const whole = blockText(block)
  if (whole.length <= budget || block.isFixed) return whole
  return cutTo(block, mostThatFit(block, budget, link), link)
}

/** How many entries fit beside the count of the others. One pass: a hostile round has thousands of players. */
function mostThatFit(block: Block, budget: number, link: string): number {
  const { entries, separator } = block
  let length = blockText({ ...block, entries: [] }).length
  let most = 0
  for (const [index, entry] of entries.slice(0, -1).entries()) {
    length += entry.length + separator.length
    if (length > budget) break
    const shown = index + 1
    if (length + moreText(entries.length - shown, link).length <= budget) most = shown
  }
  return most
}

/** The least that a block takes. */
export function smallest(block: Block, link: string): number {
  const whole = blockText(block).length
  return block.isFixed ? whole : Math.min(whole, cutTo(block, 0, link).length)
}

function cutTo(block: Block, shown: number, link: string): string {
  const more = moreText(block.entries.length - shown, link)
  return blockText({ ...block, entries: [...block.entries.slice(0, shown), more] })
}

function moreText(count: number, link: string): string {
  return `+ ${count} more${link}`
}

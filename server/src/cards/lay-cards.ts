import type { APIEmbed } from 'discord.js'
import { BLOCK_GAP, blockText, type Card, LIMITS } from './card.ts'
import { fitBlock, smallest } from './fit-block.ts'
import { shareBudget } from './share-budget.ts'

interface Options {
  /** Where all of it can be read: said where something was left out. */
  pageUrl: string | null
  /** Messages among which the cards may be divided before anything is left out. */
  messages: 1 | 2
}

/**
 * Cards as messages of embeds, within Discord's limits by construction: one message where everything fits, else two,
 * and what still does not fit is left out by whole entries. Only blocks that must be shown whole can ask for more.
 */
export function layCards(cards: readonly Card[], { pageUrl, messages }: Options): APIEmbed[][] {
  const link = pageUrl === null || pageUrl.length > LONGEST_LINK ? '' : ` · [all of it](${pageUrl})`
  const isWhole = cards.reduce((total, card) => total + needOf(card), 0) <= ROOM
  const groups = messages === 1 || isWhole ? [cards] : divide(cards, link)
  return groups.flatMap(group => packMessages(fitGroup(group, link)))
}

const LONGEST_LINK = 200
/** Continued embeds repeat a title of a few characters. */
const ROOM = LIMITS.total - 100

/** In two, in order, where the least is left out. What is left anyhow is left of the later cards, not the first. */
function divide(cards: readonly Card[], link: string): Card[][] {
  const options = cards.slice(1).map((_, index) => {
    const groups = [cards.slice(0, index + 1), cards.slice(index + 1)]
    const needs = groups.map(group => group.reduce((total, card) => total + needOf(card), 0))
    const leasts = groups.map(group => group.reduce((total, card) => total + leastOf(card, link), 0))
    const leftOut = overfull(needs)
    return { groups, overfull: overfull(leasts), leftOut, size: leftOut > 0 ? index : Math.max(...needs) }
  })
  options.sort((a, b) => a.overfull - b.overfull || a.leftOut - b.leftOut || a.size - b.size)
  return options[0]?.groups ?? [[...cards]]
}

function overfull(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + Math.max(0, size - ROOM), 0)
}

function needOf(card: Card): number {
  const gaps = BLOCK_GAP.length * card.blocks.length
  return frameOf(card) + gaps + card.blocks.reduce((total, block) => total + blockText(block).length, 0)
}

function leastOf(card: Card, link: string): number {
  const gaps = BLOCK_GAP.length * card.blocks.length
  return frameOf(card) + gaps + card.blocks.reduce((total, block) => total + smallest(block, link), 0)
}

function frameOf({ title, footer }: Card): number {
  return title.length + footer.length
}

/** The cards of one message, each block with its share of the room. */
function fitGroup(cards: readonly Card[], link: string): APIEmbed[] {
  const frames = cards.reduce(
    (total, card) => total + frameOf(card) + BLOCK_GAP.length * card.blocks.length,
    0,
  )
  const needs = cards.flatMap(card => needsInOneEmbed(card, link))
  const shares = shareBudget(needs, ROOM - frames)
  let next = 0
  return cards.flatMap(card => {
    const texts = card.blocks.map(block => fitBlock(block, shares[next++] ?? 0, link))
    return embedsOf(card, texts)
  })
}

/**
 * A card is one embed: its blocks may ask for what one description holds. Only blocks that must be shown whole can push
 * it over that, in sessions of dozens of players; then the card goes on in another embed.
 */
function needsInOneEmbed({ blocks }: Card, link: string): { need: number; least: number }[] {
  const needs = blocks.map(block => ({ need: blockText(block).length, least: smallest(block, link) }))
  const least = needs.reduce((total, each) => total + each.least, 0)
  const room = LIMITS.description - BLOCK_GAP.length * blocks.length
  if (least > room) return needs.map(each => ({ ...each, need: each.least }))
  return shareBudget(needs, room).map((need, index) => ({ need, least: needs[index]?.least ?? 0 }))
}

/** One embed, or several where the text is longer than one description may be; cut between lines only. */
function embedsOf(card: Card, texts: readonly string[]): APIEmbed[] {
  const descriptions = packLines(texts.filter(text => text !== '').join(BLOCK_GAP))
  return descriptions.map((description, index) => ({
    color: card.color,
    description,
    ...(index === 0 && { title: card.title, ...(card.url !== null && { url: card.url }) }),
    ...(index === descriptions.length - 1 && { footer: { text: card.footer } }),
  }))
}

function packLines(text: string): string[] {
  const packed: string[] = []
  for (const piece of piecesOf(text)) {
    const last = packed.at(-1)
    if (last !== undefined && last.length + piece.length <= LIMITS.description)
      packed[packed.length - 1] = last + piece
    else packed.push(piece)
  }
  // Discord trims descriptions, and refuses empty ones.
  return packed.map(each => each.trim() || '-')
}

/** Paragraphs and lines with their ends; a line longer than a description, at its commas. */
function piecesOf(text: string): string[] {
  return text
    .split(/(?<=\n)/)
    .flatMap(line => (line.length <= LIMITS.description ? [line] : line.split(/(?<=, )/)))
}

/** In order, as many embeds to a message as its limits allow. */
function packMessages(embeds: readonly APIEmbed[]): APIEmbed[][] {
  const packed: APIEmbed[][] = []
  for (const embed of embeds) {
    const last = packed.at(-1)
    const fits = last && last.length < LIMITS.embeds && messageLength([...last, embed]) <= LIMITS.total
    if (fits) last.push(embed)
    else packed.push([embed])
  }
  return packed
}

/** As Discord counts: all text of all embeds. */
function messageLength(embeds: readonly APIEmbed[]): number {
  return embeds.reduce((total, { title, description, footer, fields, author }) => {
    const own = [title, description, footer?.text, author?.name].map(text => text?.length ?? 0)
    const inFields = fields?.map(({ name, value }) => name.length + value.length) ?? []
    return [...own, ...inFields].reduce((sum, length) => sum + length, total)
  }, 0)
}

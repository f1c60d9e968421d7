import type { Kysely } from 'kysely'
import { escapeMarkdown } from '../../cards/escape-markdown.ts'
import type { DB } from '../../db/tables.ts'
import { mainGuid } from '../../players/main-guid.ts'
import { findByName } from '../../report/players/find-by-name.ts'
import { loadNameBook, type NameBook } from '../../report/players/name-book.ts'
import { playersVersion } from '../../report/players/player-version.ts'
import { settleFigures } from '../../report/players/settle-figures.ts'
import type { WantedSums } from '../../report/players/settle-sums.ts'
import type { Choice } from '../commands/command.ts'

/** Ten sessions each: after an import one is enough, after a rebuild the upkeep does the rest. */
const MOST_SETTLED = 30
const MOST_CHOICES = 25
const LONGEST_CHOICE = 100
const MOST_SUGGESTED = 8

/** What is read once is kept until a round or a decision changes. */
const books = new WeakMap<Kysely<DB>, { version: string; book: NameBook }>()

/** All names, with what changed a moment ago in them; `sums`: what else is read after that, brought up to date as well. */
export async function namesNow(db: Kysely<DB>, sums: WantedSums = { kinds: [] }): Promise<NameBook> {
  await settleNow(db, { ...sums, kinds: [...sums.kinds, 'names'] })
  const version = await playersVersion(db)
  const kept = books.get(db)
  if (kept?.version === version) return kept.book
  const book = await loadNameBook(db)
  books.set(db, { version, book })
  return book
}

/** Brings sums up to date that somebody reads now, and the sessions below them. */
export async function settleNow(db: Kysely<DB>, sums: WantedSums): Promise<void> {
  for (let turn = 0; turn < MOST_SETTLED; turn += 1) if ((await settleFigures(db, { sums })) === 0) return
}

export type FoundPlayer =
  | { kind: 'found'; guid: string; name: string }
  /** In a sentence, escaped for Markdown. */
  | { kind: 'none'; sentence: string }

/**
 * The player that somebody means: by a mention (`<@…>`, a user who is linked), a GUID, or a name that was ever used,
 * whole or a part of it. Empty: who asks, where he is linked.
 */
export async function findPlayer(db: Kysely<DB>, text: string, userId: string): Promise<FoundPlayer> {
  const book = await namesNow(db)
  const found = (guid: string): FoundPlayer => ({ kind: 'found', guid, name: book.nameOf(guid).name })
  const none = (sentence: string): FoundPlayer => ({ kind: 'none', sentence })
  if (text === '') {
    const own = await linkedPlayer(db, userId)
    return own === null ? none('Whose? Name somebody, or say who you are with `!link name`.') : found(own)
  }
  const mention = /^<@!?(\d{1,20})>$/.exec(text)
  if (mention?.[1]) {
    const linked = await linkedPlayer(db, mention[1])
    return linked === null ? none('That user has not said who he is (`!link name`).') : found(linked)
  }
  const named = findByName(book, text, await mainGuid(db, text.toUpperCase()))
  switch (named.kind) {
    case 'found':
      return found(named.guid)
    case 'several':
      return none(`Several are called like ${quoted(text)}: ${shownNames(book, named.guids)}.`)
    case 'none':
      return none(
        named.near.length === 0
          ? `Nobody is called ${quoted(text)}, now or ever.`
          : `Nobody is called ${quoted(text)}. Perhaps ${shownNames(book, named.near)}?`,
      )
  }
}

/** Whom a Discord user is linked to; null: nobody. */
export async function linkedPlayer(db: Kysely<DB>, userId: string): Promise<string | null> {
  const link = await db
    .selectFrom('discord_links')
    .select('player_guid')
    .where('discord_user_id', '=', userId)
    .executeTakeFirst()
  return link ? mainGuid(db, link.player_guid) : null
}

/** Players as choices: those whose name begins so first, then by when they last played. */
export async function suggestPlayers(db: Kysely<DB>, typed: string): Promise<Choice[]> {
  const book = await namesNow(db)
  const start = typed.trim().toLowerCase()
  const begins = (guid: string) => (book.nameOf(guid).name.toLowerCase().startsWith(start) ? 0 : 1)
  return book
    .search(typed)
    .toSorted((a, b) => begins(a) - begins(b))
    .slice(0, MOST_CHOICES)
    .map(guid => ({ name: choiceName(book.nameOf(guid).name), value: guid }))
}

export function choiceName(name: string): string {
  const letters = [...name]
  return letters.length <= LONGEST_CHOICE ? name : `${letters.slice(0, LONGEST_CHOICE - 1).join('')}…`
}

/** What somebody wrote, as it may be shown to all. */
export function quoted(text: string): string {
  const letters = [...text]
  const short = letters.length <= LONGEST_QUOTE ? text : `${letters.slice(0, LONGEST_QUOTE).join('')}…`
  return `“${escapeMarkdown(short.replaceAll(/\s+/g, ' '))}”`
}

const LONGEST_QUOTE = 40

function shownNames(book: NameBook, guids: readonly string[]): string {
  const shown = guids
    .slice(0, MOST_SUGGESTED)
    .map(guid => `**${escapeMarkdown(book.nameOf(guid).name)}** (\`${guid}\`)`)
  const rest = guids.length - shown.length
  return `${shown.join(', ')}${rest > 0 ? `, + ${rest} more` : ''}`
}

import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { mainGuid } from '../players/main-guid.ts'
import { findByName } from '../report/players/find-by-name.ts'
import type { NameBook } from '../report/players/name-book.ts'
import { comparedFigures } from '../report/players/player-models.ts'
import type { PlayerReads } from './player-reads.ts'

/** Null: one of them never played. */
export async function compareModel(db: Kysely<DB>, reads: PlayerReads, askedA: string, askedB: string) {
  const [a, b] = [await mainGuid(db, askedA), await mainGuid(db, askedB)]
  const book = await reads.names()
  const [[first], [second]] = [await reads.figuresOf(a, ['all']), await reads.figuresOf(b, ['all'])]
  if (!first || !second || a === b) return null
  const { duels, ...meetings } = await reads.meetings(a, b)
  return {
    ...{ a: { guid: a, ...book.nameOf(a) }, b: { guid: b, ...book.nameOf(b) } },
    figures: comparedFigures(first, second),
    duels: duels && { kills: duels.kills, deaths: duels.deaths, rounds: duels.rounds },
    ...meetings,
  }
}

/** Two players by what somebody typed: names or GUIDs; empty where nothing is asked for yet. */
export async function comparisonOf(db: Kysely<DB>, reads: PlayerReads, typedA: string, typedB: string) {
  const book = await reads.names()
  const [a, b] = [await sideOf(db, reads, typedA.trim()), await sideOf(db, reads, typedB.trim())]
  const isPair = a.kind === 'found' && b.kind === 'found' && a.guid !== b.guid
  return {
    ...{ a, b, suggested: named(book.newest(SUGGESTED), book) },
    both: isPair ? await compareModel(db, reads, a.guid, b.guid) : null,
  }
}

/** `text`: what stands in the field then. */
async function sideOf(db: Kysely<DB>, reads: PlayerReads, text: string) {
  if (text === '') return { kind: 'open' as const, text }
  const book = await reads.names()
  const main = await mainGuid(db, text.toUpperCase())
  // By a GUID also who is forgotten: his page has links too.
  const isGuid = GUID.test(main) && (await reads.figuresOf(main, ['all']))[0] !== null
  const meant = isGuid ? { kind: 'found' as const, guid: main } : findByName(book, text, main)
  if (meant.kind !== 'found') {
    const guids = meant.kind === 'none' ? meant.near : meant.guids
    const isMore = guids.length > MOST_CHOICES
    return { kind: meant.kind, text, players: named(guids.slice(0, MOST_CHOICES), book), isMore }
  }
  const { guid } = meant
  const { name } = book.nameOf(guid)
  const again = findByName(book, name, '')
  const isHisAlone = again.kind === 'found' && again.guid === guid
  return { kind: meant.kind, text: isHisAlone ? name : guid, guid }
}

function named(guids: readonly string[], book: NameBook) {
  return guids.map(guid => ({ guid, ...book.nameOf(guid) }))
}

const GUID = /^[0-9A-F]{8}$/
/** Who are called alike, of which one is to be chosen. */
const MOST_CHOICES = 20
/** Offered while one types; who has not played for long is found by his name all the same. */
const SUGGESTED = 200

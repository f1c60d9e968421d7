import type { FileProblem } from '@debrief/shared'
import { isKnownAward, MISPRINTED } from './award-labels.ts'
import { type AwardValue, parseAwardValue } from './award-value.ts'
import { fileLines } from './file-lines.ts'
import { parseCount, quote } from './numbers.ts'
import { Rejection } from './rejection.ts'
import { decodeBytes } from './text.ts'

/** Awards and duels of one round, as written: names are those of the file, without colours. */
export interface EndstatsFile {
  awards: readonly AwardLine[]
  /** In whose block a line of duels stands: told by a header, or, in files of before 2026, by nothing. */
  duels: { kind: 'blocks'; blocks: readonly DuelBlock[] } | { kind: 'bare'; lines: readonly DuelLine[] }
  lines: number
  /** Length in bytes after line ends were made LF. */
  textBytes: number
}

export interface AwardLine extends AwardValue {
  /** Counts from 1. */
  line: number
  label: string
  /** Of the winner. */
  name: string
}

/** What one player did to another, and the other to him. */
export interface DuelLine {
  line: number
  /** Of the opponent. */
  name: string
  kills: number
  deaths: number
}

export interface DuelBlock {
  line: number
  name: string
  /** All 32 characters, upper case; bots have `OMNIBOT` and their slot. */
  guid: string
  duels: readonly DuelLine[]
}

export type ParsedEndstatsFile =
  | { kind: 'endstats'; file: EndstatsFile }
  | { kind: 'rejected'; problem: FileProblem }

const HEADER = 'VS_HEADER'
const GUID = /^(?:[0-9A-Fa-f]{32}|OMNIBOT[0-9]{25})$/
/** The engine has 64 slots, so nobody has more opponents, and no more players have a block. */
const MAX_SLOTS = 64
/** The script knows some fifty. */
const MAX_AWARDS = 100
/** A block of each player, a line for each of his opponents, and the awards are 4 260. */
const MAX_LINES = 8192
/** Bytes. A label, a name of 35 and a value are under 150. */
const MAX_LINE_LENGTH = 1024

/**
 * Reads a whole `-endstats.txt`, or says where it is damaged: lines of three values by TAB, first the awards, then for
 * each player his duels. Source: endstats.lua.
 */
export function parseEndstatsFile(content: Buffer): ParsedEndstatsFile {
  try {
    return { kind: 'endstats', file: readEndstatsFile(content) }
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return { kind: 'rejected', problem: { code: error.code, line: error.line, detail: error.message } }
  }
}

function readEndstatsFile(content: Buffer): EndstatsFile {
  const { lines, textBytes, refuseMore } = fileLines(content, MAX_LINES)
  const split = lines.flatMap((text, index) => (text === '' ? [] : [splitLine(text, index + 1)]))
  const firstBlock = split.findIndex(isHeader)
  const firstDuel = firstBlock >= 0 ? firstBlock : endOfAwards(split)
  const awards = split.slice(0, firstDuel).map(toAward)
  const rest = split.slice(firstDuel)
  refuseMore()
  if (awards.length > MAX_AWARDS) {
    const detail = `The file has more than ${MAX_AWARDS} awards.`
    throw new Rejection('bad_endstats_line', awards[MAX_AWARDS]?.line ?? null, detail)
  }
  return {
    awards,
    duels:
      firstBlock >= 0
        ? { kind: 'blocks', blocks: toBlocks(rest) }
        : { kind: 'bare', lines: bounded(rest.map(toDuel), MAX_SLOTS * MAX_SLOTS) },
    lines: split.length,
    textBytes,
  }
}

interface Split {
  line: number
  values: [string, string, string]
}

function splitLine(text: string, line: number): Split {
  if (text.length > MAX_LINE_LENGTH) {
    const detail = `The line has ${text.length} bytes; no script writes more than ${MAX_LINE_LENGTH}.`
    throw new Rejection('bad_endstats_line', line, detail)
  }
  const values = text.split('\t')
  const [first, second, third] = values
  if (first === undefined || second === undefined || third === undefined || values.length !== 3) {
    const detail = `The line has ${values.length} values between tabs, not 3: ${quote(text)}.`
    throw new Rejection('bad_endstats_line', line, detail)
  }
  return { line, values: [first, second, third] }
}

/** A player may be called VS_HEADER; nobody has 32 characters of GUID deaths. */
function isHeader({ values: [first, , third] }: Split): boolean {
  return first === HEADER && GUID.test(third)
}

/**
 * Without headers the awards end where a line says two counts of somebody who is no award. A player may be called like an
 * award: the script names each once (but the one that it misprints), so the second is a player.
 */
function endOfAwards(split: readonly Split[]): number {
  const seen = new Set<string>()
  const end = split.findIndex(({ values: [first, second, third] }) => {
    const isAward = isKnownAward(first) && (first === MISPRINTED.spree || !seen.has(first))
    seen.add(first)
    return !isAward && /^\d+$/.test(second) && /^\d+$/.test(third)
  })
  return end < 0 ? split.length : end
}

function toAward({ line, values: [label, name, value] }: Split): AwardLine {
  if (label.trim() === '') throw new Rejection('bad_endstats_line', line, 'The award has no name.')
  return { line, label: decodeBytes(label), name: decodeBytes(name), ...parseAwardValue(value, label, line) }
}

function toDuel({ line, values: [name, kills, deaths] }: Split): DuelLine {
  return {
    line,
    name: decodeBytes(name),
    kills: parseCount(kills, line, 'number of kills'),
    deaths: parseCount(deaths, line, 'number of deaths'),
  }
}

function toBlocks(split: readonly Split[]): DuelBlock[] {
  const blocks: (DuelBlock & { duels: DuelLine[] })[] = []
  for (const each of split) {
    if (isHeader(each)) {
      const { line, values } = each
      blocks.push({ line, name: decodeBytes(values[1]), guid: values[2].toUpperCase(), duels: [] })
    } else blocks.at(-1)?.duels.push(toDuel(each))
  }
  for (const block of blocks) bounded(block.duels, MAX_SLOTS)
  refuseDuplicates(bounded(blocks, MAX_SLOTS))
  return blocks
}

function bounded<T extends { line: number }>(lines: T[], most: number): T[] {
  const excess = lines[most]
  if (!excess) return lines
  throw new Rejection('too_many_players', excess.line, 'The engine has 64 slots; the file has more players.')
}

function refuseDuplicates(blocks: readonly DuelBlock[]): void {
  const seen = new Map<string, number>()
  for (const { guid, line } of blocks) {
    const earlier = seen.get(guid)
    if (earlier !== undefined)
      throw new Rejection('duplicate_player', line, `The player ${guid} has a block in line ${earlier} too.`)
    seen.set(guid, line)
  }
}

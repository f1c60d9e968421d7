import { V, VALUE_COLUMNS } from './columns.ts'
import { parseCount, parseDecimal, parseSignedCount, quote } from './numbers.ts'
import { Rejection } from './rejection.ts'
import { cleanName, decodeBytes } from './text.ts'
import { VARIANTS, type Variant, type VariantFacts } from './variants.ts'
import { WEAPONS } from './weapons.ts'

/** Five counters of one weapon, in the file's order. */
export interface WeaponCell {
  hits: number
  shots: number
  kills: number
  deaths: number
  headshots: number
}

/** One player of a stats file, with the values as written: cumulative ones are still cumulative. */
export interface PlayerLine {
  /** Counts from 1. */
  line: number
  /** First 8 characters of the GUID; bots share `OMNIBOT0` and `OMNIBOT1`. */
  guid8: string
  isBot: boolean
  /** With colour codes. */
  name: string
  cleanName: string
  /** How many rounds the counters span, as the engine counts. */
  rounds: number
  /** 1 Axis, 2 Allies, 3 spectator, 0 none, at the last snapshot. */
  team: number
  /** By weapon index; only weapons that the mask names. */
  weapons: ReadonlyMap<number, WeaponCell>
  /** v0 to v37; null where the variant has no such value, or a wrong one. */
  values: readonly (number | null)[]
  variant: Variant
  /** The line as written, one code point per byte. */
  bytes: string
}

const GUID = /^(?:[0-9A-F]{8}|OMNIBOT[0-9])$/
/** Of each weapon. */
const CELLS = 5

/** Reads a player line, given as one code point per byte. Throws a Rejection. */
export function parsePlayerLine(text: string, line: number, headerValues: 8 | 9): PlayerLine {
  const parts = text.split('\\')
  const [guid8 = '', name = '', rounds = '', team = '', figures = ''] = parts
  if (parts.length !== 5) {
    throw new Rejection(
      'bad_player_line',
      line,
      `The line has ${parts.length} parts between backslashes, not 5.`,
    )
  }
  if (!GUID.test(guid8)) {
    throw new Rejection(
      'bad_player_line',
      line,
      `The line begins with no GUID of 8 characters: ${quote(guid8)}.`,
    )
  }
  if (name.includes('\t')) throw new Rejection('bad_player_line', line, 'The player name holds a TAB.')
  if (!/^[0-3]$/.test(team)) {
    throw new Rejection('bad_player_line', line, `The team must be 0 to 3, and is ${quote(team)}.`)
  }
  const { weaponText, valueTexts } = splitFigures(figures, line)
  const facts = findVariant(valueTexts.length, figures.includes('\t') ? '\t' : ' ', headerValues, line)
  const decoded = decodeBytes(name)
  return {
    line,
    guid8,
    isBot: guid8.startsWith('OMNIBOT'),
    name: decoded,
    cleanName: cleanName(decoded),
    rounds: parseCount(rounds, line, 'number of rounds'),
    team: Number(team),
    weapons: parseWeapons(weaponText, line),
    values: parseValues(valueTexts, facts, line),
    variant: facts.variant,
    bytes: text,
  }
}

/** The weapons end where the mask says; behind them the values, by TAB (after a space) or by spaces. */
function splitFigures(figures: string, line: number): { weaponText: string[]; valueTexts: string[] } {
  const tab = figures.indexOf('\t')
  if (tab >= 0) {
    const head = figures.slice(0, tab)
    if (!head.endsWith(' '))
      throw new Rejection('bad_player_line', line, 'The weapons do not end with a space.')
    return { weaponText: head.slice(0, -1).split(' '), valueTexts: figures.slice(tab + 1).split('\t') }
  }
  const tokens = figures.split(' ')
  const end = 1 + CELLS * countBits(parseMask(tokens[0] ?? '', line))
  return { weaponText: tokens.slice(0, end), valueTexts: tokens.slice(end) }
}

function findVariant(values: number, separator: '\t' | ' ', headerValues: 8 | 9, line: number) {
  const facts = VARIANTS.find(
    each =>
      each.written.length === values && each.separator === separator && each.headerValues === headerValues,
  )
  if (facts) return facts
  const detail = `The line has ${values} values behind a header of ${headerValues}; no script writes that.`
  throw new Rejection('unknown_variant', line, detail)
}

function parseMask(text: string, line: number): number {
  const mask = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (mask < 2 ** WEAPONS.length) return mask
  throw new Rejection('bad_player_line', line, `The weapon mask is not one: ${quote(text)}.`)
}

function countBits(mask: number): number {
  let count = 0
  for (let rest = mask; rest > 0; rest &= rest - 1) count += 1
  return count
}

function parseWeapons(tokens: string[], line: number): Map<number, WeaponCell> {
  const mask = parseMask(tokens[0] ?? '', line)
  const expected = 1 + CELLS * countBits(mask)
  if (tokens.length !== expected) {
    const detail = `The weapon mask asks for ${expected - 1} figures, and ${tokens.length - 1} are there.`
    throw new Rejection('bad_player_line', line, detail)
  }
  const weapons = new Map<number, WeaponCell>()
  let at = 1
  for (const [index, names] of CELL_NAMES.entries()) {
    if ((mask & (1 << index)) === 0) continue
    weapons.set(index, {
      hits: parseCount(tokens[at] ?? '', line, names.hits),
      shots: parseCount(tokens[at + 1] ?? '', line, names.shots),
      kills: parseCount(tokens[at + 2] ?? '', line, names.kills),
      deaths: parseCount(tokens[at + 3] ?? '', line, names.deaths),
      headshots: parseCount(tokens[at + 4] ?? '', line, names.headshots),
    })
    at += CELLS
  }
  return weapons
}

/** What a message calls each cell of each weapon; made once, for there are hundreds in a file. */
const CELL_NAMES = WEAPONS.map(({ name }) => ({
  hits: `hits with the ${name}`,
  shots: `shots with the ${name}`,
  kills: `kills with the ${name}`,
  deaths: `deaths with the ${name}`,
  headshots: `headshots with the ${name}`,
}))

/** What a message calls each value. */
const VALUE_NAMES = VALUE_COLUMNS.map(({ index, name }) => `value v${index} (${name})`)

function parseValues(texts: string[], facts: VariantFacts, line: number): (number | null)[] {
  const values: (number | null)[] = new Array(VALUE_COLUMNS.length).fill(null)
  for (const [position, index] of facts.written.entries()) {
    const column = VALUE_COLUMNS[index]
    const text = texts[position] ?? ''
    if (!column) continue
    const parse = column.decimal ? parseDecimal : index === V.xp ? parseSignedCount : parseCount
    const value = parse(text, line, VALUE_NAMES[index] ?? 'value')
    values[index] = facts.wrong.has(index) ? null : value
  }
  return values
}

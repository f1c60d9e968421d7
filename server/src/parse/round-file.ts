import { createHash } from 'node:crypto'
import type { FileProblem, Warning } from '@debrief/shared'
import { fileLines } from './file-lines.ts'
import { type Header, parseHeader } from './header.ts'
import { type PlayerLine, parsePlayerLine } from './player-line.ts'
import { Rejection } from './rejection.ts'
import { type Variant, variantFacts } from './variants.ts'
import { WEAPONS } from './weapons.ts'

/** A stats file as written: nothing derived, nothing subtracted. */
export interface RoundFile {
  header: Header
  variant: Variant
  players: readonly PlayerLine[]
  /** Oddities that do not make the file unusable. */
  notices: readonly Warning[]
  /** Length in bytes after line ends were made LF. */
  textBytes: number
  /** Of the player lines in any order: equal digests under two names are one round written twice. */
  linesDigest: string
}

export type ParsedRoundFile = { kind: 'round'; file: RoundFile } | { kind: 'rejected'; problem: FileProblem }

/** The engine has 64 slots. Who left keeps his line, and somebody else takes the slot: twice as many, at the most. */
const MAX_PLAYERS = 128
/** A header and the players, and blank lines between them, as hosts have written. */
const MAX_LINES = 1024
/** Bytes. A name of 35, 28 weapons of five figures and 38 values are under 2 000; a line beyond this is damage. */
const MAX_LINE_LENGTH = 4096
/** What clean names are cut to by the database's readers; the engine's own limit is 35 bytes. */
export const MAX_NAME_LENGTH = 64

/** Reads a whole file, or says where it is damaged. */
export function parseRoundFile(content: Buffer): ParsedRoundFile {
  try {
    return { kind: 'round', file: readRoundFile(content) }
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return { kind: 'rejected', problem: { code: error.code, line: error.line, detail: error.message } }
  }
}

function readRoundFile(content: Buffer): RoundFile {
  const { lines, textBytes, refuseMore } = fileLines(content, MAX_LINES)
  const [first = '', ...rest] = lines
  const header = parseHeader(first)

  const players: PlayerLine[] = []
  for (const [index, line] of rest.entries()) {
    if (line === '') continue
    refuseExcess(players.length, line, index + 2)
    players.push(parsePlayerLine(line, index + 2, header.valueCount))
  }
  refuseMore()
  refuseMixedVariants(players)
  refuseDuplicates(players)
  return {
    header,
    variant: players[0]?.variant ?? (header.valueCount === 9 ? 'c0rnp0rn8' : 'c0rnp0rn7'),
    players,
    notices: [...header.notices, ...players.flatMap(noticesOf)],
    textBytes,
    linesDigest: digestOf(players),
  }
}

/** What a file's name says of map and round, if it does, against its header; null: they agree. */
export function nameMismatch(
  header: Header,
  named: { map: string | null; roundNumber: 1 | 2 | null },
): FileProblem | null {
  const mismatch = (what: string, name: string | number, value: string | number): FileProblem => ({
    code: 'name_mismatch',
    line: 1,
    detail: `The file name says ${what} ${name}, and the header ${value}.`,
  })
  if (named.map !== null && named.map !== header.map) return mismatch('map', named.map, header.map)
  if (named.roundNumber !== null && named.roundNumber !== header.roundNumber) {
    return mismatch('round', named.roundNumber, header.roundNumber)
  }
  return null
}

function refuseExcess(players: number, line: string, number: number): void {
  if (line.length > MAX_LINE_LENGTH) {
    const detail = `The line has ${line.length} bytes; no script writes more than ${MAX_LINE_LENGTH}.`
    throw new Rejection('bad_player_line', number, detail)
  }
  if (players >= MAX_PLAYERS) {
    const detail = `The file has more than ${MAX_PLAYERS} players; the engine has 64 slots.`
    throw new Rejection('too_many_players', number, detail)
  }
}

function refuseMixedVariants(players: PlayerLine[]): void {
  const first = players[0]
  const other = players.find(player => player.variant !== first?.variant)
  if (first && other) {
    const detail = `The line is of ${other.variant}, and line ${first.line} of ${first.variant}.`
    throw new Rejection('mixed_variants', other.line, detail)
  }
}

/** Bots share their GUID; two lines of one human never stand in a file, because a reconnect overwrites the line. */
function refuseDuplicates(players: PlayerLine[]): void {
  const seen = new Map<string, number>()
  for (const player of players) {
    if (player.isBot) continue
    const earlier = seen.get(player.guid8)
    if (earlier !== undefined) {
      const detail = `The player ${player.guid8} stands in line ${earlier} too.`
      throw new Rejection('duplicate_player', player.line, detail)
    }
    seen.set(player.guid8, player.line)
  }
}

function noticesOf(player: PlayerLine): Warning[] {
  const notices: Warning[] = []
  // A person by his GUID: who is forgotten is named nowhere, and what is stored here outlives his asking for it.
  const who = player.isBot ? cutName(player.cleanName) : `The player ${player.guid8}`
  if (player.name === '') {
    notices.push({
      code: 'empty_name',
      expected: 'a name',
      actual: '',
      message: `The player ${player.guid8} in line ${player.line} has no name.`,
    })
  }
  if ([...player.name].length > MAX_NAME_LENGTH) {
    notices.push({
      code: 'name_cut',
      expected: MAX_NAME_LENGTH,
      actual: [...player.name].length,
      message: `The name in line ${player.line} was cut to ${MAX_NAME_LENGTH} characters.`,
    })
  }
  for (const [index, cell] of player.weapons) {
    const weapon = WEAPONS[index]
    if (weapon?.oneHitPerShot && cell.hits > cell.shots) {
      notices.push({
        code: 'hits_over_shots',
        expected: cell.shots,
        actual: cell.hits,
        message: `${who} has ${cell.hits} hits with ${cell.shots} shots of the ${weapon.name} (line ${player.line}).`,
      })
    }
  }
  return notices
}

/** Characters, not bytes. */
export function cutName(name: string): string {
  const characters = [...name]
  return characters.length <= MAX_NAME_LENGTH ? name : characters.slice(0, MAX_NAME_LENGTH).join('')
}

/** Of what does not move any more once the round is over: see the table of variants. */
function digestOf(players: PlayerLine[]): string {
  const lines = players.map(player => {
    const { moving } = variantFacts(player.variant)
    if (moving.size === 0) return player.bytes
    const weapons = [...player.weapons].map(([index, cell]) => [index, ...Object.values(cell)].join(' '))
    const values = player.values.map((value, index) => (moving.has(index) ? '' : value))
    return [player.guid8, player.name, player.rounds, player.team, weapons.join(','), values.join(' ')].join(
      '\\',
    )
  })
  return createHash('sha256').update(lines.sort().join('\n'), 'latin1').digest('hex')
}

import { type AwardUnit, awardFacts, MISPRINTED } from '../parse/award-labels.ts'
import type { AwardLine, DuelLine, EndstatsFile } from '../parse/endstats-file.ts'
import { findSubjects } from './find-subjects.ts'
import { isWrittenAs, type NameBook, type RoundPlayer, resolveNames } from './resolve-names.ts'

export type { RoundPlayer } from './resolve-names.ts'

/** The round that awards belong to, as far as they rest on it. */
export interface AwardedRound {
  /** Its counters go on from an earlier file's, or it waits for that file. */
  countsOn: boolean
  /** None where the round waits. */
  players: readonly RoundPlayer[]
}

/**
 * Why an award is not shown.
 * - `repeats`: under the name of another award the script printed the longest spree a second time.
 */
type AwardNote = 'repeats'

/** A row of `round_awards`, but for its round. */
export interface DerivedAward {
  /** In the file's order, from 0. */
  position: number
  /** Its right name. */
  award: string
  /** As printed. */
  label: string
  /** Null: the name is nobody's in this round, or more than one player's. */
  player_guid: string | null
  /** As the file has it. */
  player_name: string
  value: number
  unit: AwardUnit
  beside_value: number | null
  beside_unit: AwardUnit | null
  /** `map`: made of counters that go on from an earlier round. */
  scope: 'round' | 'map'
  is_honour: boolean
  note: AwardNote | null
}

/** A row of `round_duels`, but for its round. */
export interface DerivedDuel {
  player_guid: string
  opponent_guid: string
  kills: number
  deaths: number
}

export interface DerivedEndstats {
  awards: DerivedAward[]
  /** Each in both directions. */
  duels: DerivedDuel[]
  /** Lines of duels of which the file does not tell with certainty whose they are. */
  openLines: number
  /** What the file alone tells: the first 8 characters of a GUID, and all 32. */
  guids: { player_guid: string; guid: string }[]
}

/** What a file of awards and duels says of its round. Pure. */
export function deriveEndstats(file: EndstatsFile, round: AwardedRound): DerivedEndstats {
  const blocks = file.duels.kind === 'blocks' ? file.duels.blocks : []
  const names = resolveNames(blocks, round.players)
  return {
    awards: deriveAwards(file.awards, round, names),
    ...deriveDuels(file, round, names),
    guids: blocks
      .filter(({ guid }) => !guid.startsWith('OMNIBOT'))
      .map(({ guid }) => ({ player_guid: guid.slice(0, 8), guid })),
  }
}

function deriveAwards(lines: readonly AwardLine[], round: AwardedRound, names: NameBook): DerivedAward[] {
  return lines.map((line, position) => {
    const guid = names.guidOf(line.name)
    const { award, note } = rightName(line, lines, round, guid)
    const { carry, isHonour } = awardFacts(award)
    return {
      position,
      award,
      label: line.label,
      player_guid: guid,
      player_name: line.name,
      value: line.value,
      unit: line.unit,
      beside_value: line.beside?.value ?? null,
      beside_unit: line.beside?.unit ?? null,
      scope: carry === 'cumulative' && round.countsOn ? 'map' : 'round',
      is_honour: isHonour,
      note,
    }
  })
}

/**
 * The script prints two labels over other figures. The round's own rows decide: an objective counts as stolen where the
 * winner's row says so, and a second spree is what the script calls useful kills, unless it is the first one again.
 */
function rightName(
  line: AwardLine,
  all: readonly AwardLine[],
  { players }: AwardedRound,
  guid: string | null,
): { award: string; note: AwardNote | null } {
  const player = players.find(each => each.guid === guid)
  switch (line.label) {
    case MISPRINTED.stolen: {
      const isStolen = player
        ? player.objectivesStolen === line.value
        : players.some(each => each.objectivesStolen === line.value && isWrittenAs(each.cleanName, line.name))
      // Without rows nothing tells yet: it stays what it says.
      const award = isStolen || players.length === 0 ? MISPRINTED.stolen : MISPRINTED.uselessKills
      return { award, note: null }
    }
    case MISPRINTED.spree: {
      const first = all.find(({ label }) => label === MISPRINTED.spree)
      if (first === line || first === undefined) return { award: MISPRINTED.spree, note: null }
      const isSame = first.name === line.name && first.value === line.value
      const isRepeated = isSame && player?.usefulKills !== line.value
      return { award: MISPRINTED.usefulKills, note: isRepeated ? 'repeats' : null }
    }
    default:
      return { award: line.label, note: null }
  }
}

function deriveDuels(
  { duels }: EndstatsFile,
  { players }: AwardedRound,
  names: NameBook,
): Pick<DerivedEndstats, 'duels' | 'openLines'> {
  const lines: { subject: string | null; line: DuelLine }[] =
    duels.kind === 'blocks'
      ? duels.blocks.flatMap(block => {
          const subject = names.guidOfBlock(block)
          return block.duels.map(line => ({ subject, line }))
        })
      : bareDuels(duels.lines, players, names)

  const found = new Map<string, DerivedDuel>()
  let openLines = 0
  const put = (player: string, opponent: string, kills: number, deaths: number, isStated: boolean) => {
    const key = `${player} ${opponent}`
    if (!isStated && found.has(key)) return
    found.set(key, { player_guid: player, opponent_guid: opponent, kills, deaths })
  }
  const stated = lines.flatMap(({ subject, line }) => {
    const opponent = names.guidOf(line.name)
    if (subject !== null && opponent !== null && subject !== opponent) return [{ subject, opponent, line }]
    openLines += 1
    return []
  })
  for (const { subject, opponent, line } of stated) put(subject, opponent, line.kills, line.deaths, true)
  // The other side of a duel, where its own line names somebody whose name is not his alone.
  for (const { subject, opponent, line } of stated) {
    const isNew = !found.has(`${opponent} ${subject}`)
    put(opponent, subject, line.deaths, line.kills, false)
    if (isNew) openLines -= 1
  }
  return { duels: [...found.values()], openLines: Math.max(openLines, 0) }
}

/** Of a file without headers. Where a name is more than one player's, no block can be told for certain. */
function bareDuels(
  lines: readonly DuelLine[],
  players: readonly RoundPlayer[],
  names: NameBook,
): { subject: string | null; line: DuelLine }[] {
  const namesakes = (name: string) => players.filter(({ cleanName }) => isWrittenAs(cleanName, name))
  if (lines.some(({ name }) => namesakes(name).length > 1))
    return lines.map(line => ({ subject: null, line }))
  const sideOf = (name: string): number | null => {
    const [player] = namesakes(name)
    return player?.team === 1 || player?.team === 2 ? player.team : null
  }
  return findSubjects(lines, sideOf).map((subject, index) => {
    const line = lines[index]
    if (!line) throw new Error('An answer for no line.')
    return { subject: subject === null ? null : names.guidOf(subject), line }
  })
}

import type { PlayerLine } from '../parse/player-line.ts'
import { keptForPairs } from './kept-for-pairs.ts'
import { mayCountOn } from './may-count-on.ts'

type Lines = readonly PlayerLine[]
type Matches = ReadonlyMap<PlayerLine, PlayerLine>

/**
 * For each line of the later file the line of the same player in the earlier one. Humans are told by their GUID. Bots
 * share one GUID and are told by name; of several bots of one name each gets the line that its counters go on from.
 *
 * A hundred bots of one name take 10 ms to be told apart: it is done once for two files.
 */
export const matchLines: (later: Lines, earlier: Lines) => Matches = keptForPairs(match)

function match(later: Lines, earlier: Lines): Matches {
  const matches = new Map<PlayerLine, PlayerLine>()
  const candidates = groupByIdentity(earlier)
  for (const [identity, lines] of groupByIdentity(later)) {
    const others = candidates.get(identity) ?? []
    const [line] = lines
    const [other] = others
    if (lines.length === 1 && others.length === 1 && line && other) matches.set(line, other)
    else for (const [a, b] of bestAssignment(lines, others)) matches.set(a, b)
  }
  return matches
}

/** Who a line speaks of, as far as the file tells: two bots of one name share an identity. */
export function identityOf(line: PlayerLine): string {
  return line.isBot ? `bot ${line.cleanName}` : line.guid8
}

/** Lines in an order that the file's own order (random) does not move. */
export function canonicalOrder(lines: readonly PlayerLine[]): PlayerLine[] {
  return [...lines].sort((a, b) => (a.bytes < b.bytes ? -1 : a.bytes > b.bytes ? 1 : 0))
}

function groupByIdentity(lines: readonly PlayerLine[]): Map<string, PlayerLine[]> {
  const groups = new Map<string, PlayerLine[]>()
  for (const line of canonicalOrder(lines)) {
    const group = groups.get(identityOf(line))
    if (group) group.push(line)
    else groups.set(identityOf(line), [line])
  }
  return groups
}

/** As many carried pairs as can be (augmenting paths): a greedy choice could give one bot the other's only partner. */
function bestAssignment(
  lines: readonly PlayerLine[],
  others: readonly PlayerLine[],
): [PlayerLine, PlayerLine][] {
  const partners = new Map(lines.map(line => [line, others.filter(other => mayCountOn(line, other))]))
  const holderOf = new Map<PlayerLine, PlayerLine>()
  const tryAssign = (line: PlayerLine, visited: Set<PlayerLine>): boolean => {
    for (const other of partners.get(line) ?? []) {
      if (visited.has(other)) continue
      visited.add(other)
      const holder = holderOf.get(other)
      if (!holder || tryAssign(holder, visited)) {
        holderOf.set(other, line)
        return true
      }
    }
    return false
  }
  for (const line of lines) tryAssign(line, new Set())
  return [...holderOf].map(([other, line]) => [line, other])
}

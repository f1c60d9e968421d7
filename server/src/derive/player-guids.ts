import { createHash } from 'node:crypto'
import type { PlayerLine } from '../parse/player-line.ts'
import type { RoundFile } from '../parse/round-file.ts'
import { canonicalOrder, identityOf, matchLines } from './match-lines.ts'

/**
 * The key of each player: the 8 characters, or for bots `OMNIBOT0` and a suffix from the clean name. Several bots of
 * one name are numbered in an order that does not depend on the file's; in a round 2 each keeps the number that it had
 * in its round 1.
 */
export function playerGuids(file: RoundFile, round1: RoundFile | null): Map<PlayerLine, string> {
  const guids = new Map<PlayerLine, string>()
  const taken = new Set<string>()
  if (round1 && file.players.some(line => line.isBot)) {
    const before = playerGuids(round1, null)
    for (const [line, other] of matchLines(file.players, round1.players)) {
      const guid = before.get(other)
      if (!line.isBot || !guid) continue
      guids.set(line, guid)
      taken.add(guid)
    }
  }
  for (const line of canonicalOrder(file.players)) {
    if (!guids.has(line)) guids.set(line, line.isBot ? freeBotGuid(line, taken) : line.guid8)
  }
  return guids
}

function freeBotGuid(line: PlayerLine, taken: Set<string>): string {
  const suffix = createHash('sha256').update(identityOf(line)).digest('hex').slice(0, 8)
  for (let number = 1; ; number += 1) {
    const guid = `OMNIBOT0-${suffix}${number === 1 ? '' : `-${number}`}`
    if (taken.has(guid)) continue
    taken.add(guid)
    return guid
  }
}

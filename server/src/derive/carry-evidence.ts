import type { RoundFile } from '../parse/round-file.ts'
import { carried } from './carried.ts'
import { matchLines } from './match-lines.ts'

/** How many players' counters speak for the later file going on from the earlier one, and how many against it. */
export interface CarryEvidence {
  for: number
  against: number
}

/**
 * Looks at the players of whom the engine says that they carried on (their count of rounds grew). Anybody else says
 * nothing: who reconnects begins anew in any file.
 */
export function carryEvidence(later: RoundFile, earlier: RoundFile): CarryEvidence {
  const evidence = { for: 0, against: 0 }
  for (const [line, other] of matchLines(later.players, earlier.players, later.header)) {
    if (line.rounds <= other.rounds) continue
    if (carried(line, other, later.header) === 'carried') evidence.for += 1
    else evidence.against += 1
  }
  return evidence
}

/** A strict majority: in a true pair all agree, in a false one hardly anybody does. */
export function speaksFor(evidence: CarryEvidence): boolean {
  return evidence.for > evidence.against
}

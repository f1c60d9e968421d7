import type { Warning } from '@debrief/shared'
import type { DerivedRound } from '../derive/derive-round.ts'
import type { RoundFile } from '../parse/round-file.ts'
import { countRaw } from './count-raw.ts'
import { expectRound } from './expect-round.ts'
import type { HeldRound } from './held-round.ts'
import { checkAgainstFile, checkBalance, checkStatedTwice } from './seven-checks.ts'

/** A file as bytes and as the parser read it. */
interface ReadFile {
  content: Buffer
  file: RoundFile
}

/**
 * The seven checks over one round. `base` is the file that was subtracted, `held` what the database counted of the
 * round's rows; null for a round that waits for its round 1: it has no rows that could be wrong.
 */
export function checkRound(
  { content, file }: ReadFile,
  base: ReadFile | null,
  derived: DerivedRound,
  held: HeldRound | null,
): Warning[] {
  const lines = countRaw(content)
  const stated = checkStatedTwice(file, lines)
  if (held === null) return stated
  const subtracted = new Map<number, number>()
  for (const player of derived.players) if (player.base) subtracted.set(player.line.line, player.base.line)
  const expected = expectRound({ lines, base: base && { lines: countRaw(base.content), subtracted } })
  return [...checkAgainstFile(expected, held), ...checkBalance(held), ...stated]
}

import type { DuelLine } from '../parse/endstats-file.ts'

/** Beyond this many steps the lines are left open: a hostile file must not hold up the others. */
const MAX_STEPS = 20_000

interface Board {
  lines: readonly DuelLine[]
  /** By name, all lines in which he is the opponent: each is answered by one in his own block. */
  against: ReadonlyMap<string, readonly DuelLine[]>
  sideOf: (name: string) => number | null
}

/**
 * In whose block each line of a file without headers stands; null: more than one answer is possible, or none. Lines of a
 * block stand together, and every duel stands in the blocks of both sides: what A did to B is what B had from A. So a
 * player's block is as long as he is somebody's opponent, and holds the same figures the other way round. All ways to
 * lay such blocks are tried; only what is the same in every one is said. `sideOf`: 1 or 2, null where not known.
 */
export function findSubjects(
  lines: readonly DuelLine[],
  sideOf: (name: string) => number | null,
): (string | null)[] {
  const against = new Map<string, DuelLine[]>()
  for (const line of lines) against.set(line.name, [...(against.get(line.name) ?? []), line])
  const board = { lines, against, sideOf }
  const answers = lines.map(() => new Set<string>())
  let steps = 0

  const lay = (at: number, blocks: ReadonlyMap<string, readonly DuelLine[]>): void => {
    if (at === lines.length) {
      let next = 0
      for (const [subject, block] of blocks) for (const _ of block) answers[next++]?.add(subject)
      return
    }
    for (const [subject, answered] of against) {
      steps += 1
      if (steps > MAX_STEPS) return
      if (blocks.has(subject)) continue
      const block = lines.slice(at, at + answered.length)
      if (canBeBlock(board, subject, block, blocks))
        lay(at + answered.length, new Map([...blocks, [subject, block]]))
    }
  }

  lay(0, new Map())
  return answers.map(found => {
    const [only = null] = found
    return steps <= MAX_STEPS && found.size === 1 ? only : null
  })
}

/** Whether these lines can be the block of `subject`, beside the blocks that were laid before. */
function canBeBlock(
  { against, sideOf }: Board,
  subject: string,
  block: readonly DuelLine[],
  laid: ReadonlyMap<string, readonly DuelLine[]>,
): boolean {
  const answered = against.get(subject) ?? []
  if (block.length !== answered.length) return false
  const side = sideOf(subject)
  const names = new Set(block.map(({ name }) => name))
  if (names.size !== block.length || names.has(subject)) return false
  for (const { name } of block) {
    const other = sideOf(name)
    if (side !== null && other !== null && side === other) return false
  }
  const own = block.map(({ kills, deaths }) => `${kills} ${deaths}`).sort()
  const theirs = answered.map(({ kills, deaths }) => `${deaths} ${kills}`).sort()
  if (own.some((figures, index) => figures !== theirs[index])) return false
  // Who stands in this block and has one himself must have this player in it, with the same figures.
  for (const [other, lines] of laid) {
    const mine = block.find(({ name }) => name === other)
    const his = lines.find(({ name }) => name === subject)
    if (mine === undefined && his === undefined) continue
    if (mine?.kills !== his?.deaths || mine?.deaths !== his?.kills) return false
  }
  return true
}

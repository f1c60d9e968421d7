import { deriveRound } from '../../derive/derive-round.ts'
import { placeRounds } from '../../derive/place-rounds.ts'
import type { TimelineFile } from '../../derive/timeline-file.ts'
import { roundSources } from '../../import/write-round.ts'
import { parseRoundFile } from '../../parse/round-file.ts'
import { sampleFiles } from '../../sample/sample-files.ts'
import type { Measurement } from '../measurement.ts'
import type { World } from '../world.ts'

/** An evening from bytes to figures, without any database, beside splitting the same bytes with no meaning. */
export async function parseAndDerive({ isShort }: World): Promise<Measurement[]> {
  const files = sampleFiles()
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0)
  const contents = files.map(({ content }) => content)
  const turns = isShort ? 20 : 300
  // In turns, so that both have the same machine, and each its best: what disturbs only ever adds.
  let [read, split] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let turn = 0; turn < turns; turn += 1) {
    read = Math.min(
      read,
      clock(() => readEvening(contents)),
    )
    split = Math.min(
      split,
      clock(() => splitEvening(contents)),
    )
  }
  const rate = bytes / 1e6 / (read / 1000)
  return [
    {
      name: `parse and derive, an evening of ${files.length} files`,
      value: read,
      unit: 'ms',
      peer: { name: 'the same bytes split', value: split },
      reach: { of: 'ratio', most: 3 },
    },
    { name: 'the same, as a rate', value: rate, unit: 'MB/s', peer: null, reach: null },
  ]
}

function readEvening(contents: readonly Buffer[]): number {
  const timeline = contents.map((content, index): TimelineFile => {
    const parsed = parseRoundFile(content)
    if (parsed.kind !== 'round') throw new Error('A file of the sample evening is refused.')
    const minute = 15 * 60_000
    return {
      ...{ fileId: index, filename: String(index), sha256: String(index) },
      ...{ endedAt: new Date(index * minute), file: parsed.file },
    }
  })
  let players = 0
  for (const [file, placement] of placeRounds(timeline))
    players += deriveRound(roundSources(file.file, placement)).players.length
  return players
}

function splitEvening(contents: readonly Buffer[]): number {
  let parts = 0
  for (const content of contents)
    for (const line of content.toString('utf8').split('\n'))
      for (const part of line.split('\\'))
        for (const cell of part.split('\t')) parts += cell.split(' ').length
  return parts
}

function clock(work: () => number): number {
  const startedAt = performance.now()
  if (work() === 0) throw new Error('There was nothing to read.')
  return performance.now() - startedAt
}

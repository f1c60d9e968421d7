import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { deriveRound } from '../../../server/src/derive/derive-round.ts'
import { findCopies } from '../../../server/src/derive/find-copies.ts'
import { placeRounds } from '../../../server/src/derive/place-rounds.ts'
import { byTime, type TimelineFile } from '../../../server/src/derive/timeline-file.ts'
import { roundSources } from '../../../server/src/import/write-round.ts'
import { parseRoundFile } from '../../../server/src/parse/round-file.ts'
import { compareRows, type NightRows } from '../../support/compare-night.ts'
import { makeNight } from '../../support/game-server/make-night.ts'
import type { NightFile } from '../../support/game-server/night-file.ts'
import { SCRIPT_NAMES } from '../../support/game-server/scripts.ts'

t.test('what a night’s files say, without a database: nothing but the truth, of any script', t => {
  const seeds = fc.integer({ min: 1, max: 1_000_000 })
  fc.assert(
    fc.property(seeds, fc.constantFrom(...SCRIPT_NAMES), (seed, script) => {
      const night = makeNight(seed, { script, length: 4 })
      const wrong = compareRows(derivedRows(night.files), night)
      if (wrong.length > 0) throw new Error([...night.story, ...wrong].join('\n'))
    }),
    // A fixed seed: the same nights in each run. More of them: DEBRIEF_EVENINGS=500.
    { numRuns: Number(process.env.DEBRIEF_EVENINGS ?? 15), seed: 20261126, endOnFailure: true },
  )
  t.end()
})

/** The rows that the tables would hold. */
function derivedRows(files: readonly NightFile[]): NightRows {
  const timeline = files.map(timelineFile).sort(byTime)
  const copies = findCopies(timeline)
  const rounds = timeline.filter(file => !copies.has(file))
  const placements = placeRounds(rounds)
  const rows = rounds.map(file => {
    const placement = placements.get(file)
    if (!placement) throw new Error(`${file.filename} has no place`)
    const { status, outcome, durationSeconds, round1, base } = placement
    const round_id = file.fileId
    const isWaiting = status === 'awaiting_round_1'
    const players = isWaiting ? [] : deriveRound(roundSources(file.file, placement)).players
    return {
      round: {
        ...{ round_id, status, outcome, duration_seconds: durationSeconds, filename: file.filename },
        ...{
          ended_at: file.endedAt,
          match_file: round1?.filename ?? null,
          base_file: base?.filename ?? null,
        },
      },
      players: players.map(({ figures }) => ({ ...figures, round_id })),
      weapons: players.flatMap(player => player.weapons.map(weapon => ({ ...weapon, round_id }))),
    }
  })
  return {
    rounds: rows.map(({ round }) => round),
    players: rows.flatMap(({ players }) => players),
    weapons: rows.flatMap(({ weapons }) => weapons),
  }
}

function timelineFile({ name, content, modifiedAt }: NightFile, index: number): TimelineFile {
  const parsed = parseRoundFile(content)
  if (parsed.kind !== 'round') throw new Error(`${name}: ${parsed.problem.detail}`)
  const sha256 = createHash('sha256').update(content).digest('hex')
  // The stamp of a name is cut to the second.
  const endedAt = new Date(Math.floor(modifiedAt.getTime() / 1000) * 1000)
  return { fileId: index + 1, filename: name, sha256, endedAt, file: parsed.file }
}

import assert from 'node:assert/strict'
import { NOTICE_CODES, REJECTION_CODES } from '@debrief/shared'
import { corpusFiles, damagedCases } from '../../support/corpus.ts'
import type { Target } from '../fuzz-target.ts'

type Subject = typeof import('../../../server/src/parse/round-file.ts') &
  typeof import('../../../server/src/derive/derive-round.ts') &
  typeof import('../../../server/src/check/count-raw.ts')

const CONTROL = /\p{Cc}/u
const HALVES = /[\ud800-\udfff]/u

/** The stats file, and the figures that are made of it. */
export const statsFile: Target<Subject> = {
  name: 'stats-file',
  entry: `
    export * from './src/parse/round-file.ts'
    export * from './src/derive/derive-round.ts'
    export * from './src/check/count-raw.ts'`,
  seeds: () => [
    ...(['evenings', 'older/c0rnp0rn', 'older/c0rnp0rn7'] as const).flatMap(folder =>
      corpusFiles(folder)
        .slice(0, 12)
        .map(({ content }) => content),
    ),
    ...damagedCases()
      .filter(({ content }) => content.length < 16_384)
      .map(({ content }) => content),
  ],
  tokens: [
    '\\',
    '\t',
    '\n',
    '\r\n',
    ' \t',
    '^1',
    '^^',
    'OMNIBOT0',
    'OMNIBOT1',
    '00000000',
    '268435455',
    '1 2 3 4 5 ',
    '12:00',
    '71:05',
    '-1',
    '0.0',
    '\u00ef\u00bb\u00bf',
    '\0',
    '\u00e9',
    '\u00c3\u00a9',
    'supply',
    '10.05',
  ],
  prepare({ parseRoundFile, deriveRound, countRaw }) {
    const first = corpusFiles('evenings')[0]?.content ?? Buffer.alloc(0)
    const base = parseRoundFile(first)
    return input => {
      const read = parseRoundFile(input)
      if (read.kind === 'rejected') {
        const { code, line, detail } = read.problem
        assert.ok(Object.hasOwn(REJECTION_CODES, code), `unknown code ${code}`)
        assert.ok(line === null || line >= 1, 'lines count from 1')
        assert.ok(
          detail.length > 0 && detail.length < 400 && !CONTROL.test(detail),
          'the detail is a clean sentence',
        )
        return
      }
      const { file } = read
      assert.ok(file.players.length <= 128, 'a round has slots')
      const raw = countRaw(input)
      assert.equal(raw.length, file.players.length, 'the second opinion sees as many lines')
      for (const [index, player] of file.players.entries()) {
        const figures = [...player.weapons.values()].flatMap(({ hits, shots, kills, deaths, headshots }) => [
          hits,
          shots,
          kills,
          deaths,
          headshots,
        ])
        assert.deepEqual(
          [...(raw[index]?.cells.values() ?? [])],
          figures,
          'the second opinion reads the same figures',
        )
        assert.ok(
          player.values.every(value => value === null || Number.isFinite(value)),
          'values are numbers',
        )
        assert.ok(!HALVES.test(player.name), 'names can be stored')
      }
      for (const notice of file.notices) {
        assert.ok(Object.hasOwn(NOTICE_CODES, notice.code), `unknown notice ${notice.code}`)
        assert.ok(notice.message.length < 400, 'messages are bounded')
      }
      assert.deepEqual(parseRoundFile(withCarriageReturns(input)), read, 'line ends change nothing')
      for (const from of base.kind === 'round' ? [null, base.file] : [null]) {
        const derived = deriveRound({
          ...{ file, round1: from, durationSeconds: 600, isExplained: true },
          base: from && { file: from, seconds: 600 },
        })
        assert.ok(derived.players.length <= file.players.length, 'nobody is made up')
        assert.equal(
          new Set(derived.players.map(({ figures }) => figures.player_guid)).size,
          derived.players.length,
          'everybody has a key of his own',
        )
      }
    }
  },
}

function withCarriageReturns(input: Buffer): Buffer {
  const text = input.toString('latin1')
  return text.includes('\r') ? input : Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')
}

import assert from 'node:assert/strict'
import { REJECTION_CODES } from '@debrief/shared'
import type { Target } from '../fuzz-target.ts'

type Subject = typeof import('../../../server/src/parse/endstats-file.ts')

/** Awards and duels of a round. */
export const endstatsFile: Target<Subject> = {
  name: 'endstats-file',
  entry: "export * from './src/parse/endstats-file.ts'",
  seeds: () => SEEDS.map(text => Buffer.from(text, 'latin1')),
  tokens: [
    'VS_HEADER',
    '\t',
    '\n',
    '\r\n',
    '0'.repeat(32),
    `OMNIBOT${'0'.repeat(25)}`,
    ' seconds',
    ' percent',
    'ratio: 4.2x',
    ' m',
    '3 kills in 2.1s',
    '\0',
    '\u00e9',
  ],
  prepare({ parseEndstatsFile }) {
    return input => {
      const read = parseEndstatsFile(input)
      if (read.kind === 'rejected') {
        const { code, line, detail } = read.problem
        assert.ok(Object.hasOwn(REJECTION_CODES, code), `unknown code ${code}`)
        assert.ok(line === null || line >= 1, 'lines count from 1')
        assert.ok(
          detail.length > 0 && detail.length < 400 && !/\p{Cc}/u.test(detail),
          'the detail is a clean sentence',
        )
        return
      }
      const { awards, duels, lines, textBytes } = read.file
      assert.ok(awards.length <= 100 && lines <= 8192 && textBytes <= input.length, 'it is bounded')
      const blocks = duels.kind === 'blocks' ? duels.blocks : []
      const all = duels.kind === 'blocks' ? blocks.flatMap(block => block.duels) : duels.lines
      assert.ok(blocks.length <= 64 && all.length <= 64 * 64, 'the engine has slots')
      assert.equal(awards.length + blocks.length + all.length, lines, 'no line is lost')
      assert.ok(
        all.every(
          ({ kills, deaths }) =>
            Number.isInteger(kills) && kills >= 0 && Number.isInteger(deaths) && deaths >= 0,
        ),
      )
      assert.equal(new Set(blocks.map(({ guid }) => guid)).size, blocks.length, 'everybody has one block')
    }
  },
}

const AWARDS =
  'Most damage given\tana\t3405\nBest K/D ratio\tbob\t1.78\nMost playtime denied\tana\t113 seconds\nHighest light weapons accuracy\tbob\t50.47 percent\nMost time dead\tcid\t12.5 percent, 3.2 min\nFarthest riflenade kill\tana\t34.2 m\nQuickest multikill w/ light weapons\tbob\t3 kills in 2.1s\n'
const GUID = '0123456789ABCDEF0123456789ABCDE'
const SEEDS = [
  AWARDS,
  `${AWARDS}VS_HEADER\tana\t${GUID}1\nbob\t7\t2\ncid\t0\t4\nVS_HEADER\tbob\t${GUID}2\nana\t2\t7\nVS_HEADER\tbot\tOMNIBOT${'0'.repeat(25)}\n`,
  `${AWARDS}bob\t7\t2\ncid\t0\t4\nana\t2\t7\n`,
]

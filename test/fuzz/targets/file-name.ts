import assert from 'node:assert/strict'
import { corpusFiles, damagedCases } from '../../support/corpus.ts'
import type { Target } from '../fuzz-target.ts'

type Subject = typeof import('@debrief/shared') &
  typeof import('../../../server/src/import/storable-name.ts') &
  typeof import('../../../server/src/derive/stamp-time.ts')

const ZONES = ['UTC', 'Europe/Ljubljana', 'America/St_Johns', 'Pacific/Apia', 'Africa/Monrovia']

/** The name of a file, and the time that it tells. */
export const fileName: Target<Subject> = {
  name: 'file-name',
  entry: `
    export * from '@debrief/shared'
    export * from './src/import/storable-name.ts'
    export * from './src/derive/stamp-time.ts'`,
  seeds: () =>
    [
      ...corpusFiles('evenings')
        .slice(0, 4)
        .map(({ name }) => name),
      ...damagedCases().map(each => each.upload_name),
      'gamestats_2026-05-05_204850.txt',
      '2026-10-25-023000-supply-round-2.txt',
      '0001-01-01-000000-x-round-1.txt',
      '9999-12-31-235959-x-round-1 (1).txt',
      '2026-05-05-204850-supply-round-1-endstats.txt',
      '2026-05-05-204850-supply-round-1-endstats (1).txt',
    ].map(name => Buffer.from(name)),
  tokens: [
    '-round-1.txt',
    '-round-2-endstats.txt',
    ' (1)',
    '../',
    '\\',
    'CON',
    '\0',
    '0000-',
    '2026-02-30-',
    '\u00ed\u00a0\u0080',
    '.txt',
    '_ws',
  ],
  prepare({
    readFileName,
    isStatsFileName,
    storableName,
    stampTime,
    isNearRepeatedHour,
    MAX_FILE_NAME_BYTES,
  }) {
    return input => {
      const sent = input.toString('utf8')
      const verdict = readFileName(sent)
      const stored = storableName(sent)
      assert.ok(!/\p{Cc}/u.test(stored) && Buffer.byteLength(stored) <= 6 * 255, 'every name can be recorded')
      if (isStatsFileName(sent))
        assert.notEqual(verdict.kind, 'bad', 'what is sent is not refused by its name')
      if (verdict.kind === 'bad') {
        assert.ok(!/\p{Cc}/u.test(verdict.reason), 'the reason is a clean sentence')
        return
      }
      assert.ok(
        Buffer.byteLength(verdict.name) <= MAX_FILE_NAME_BYTES && !/[/\\\0]/.test(verdict.name),
        'a name is no path',
      )
      assert.equal(storableName(verdict.name), verdict.name, 'a usable name is stored as it is')
      assert.deepEqual(
        readFileName(verdict.name),
        'renamed' in verdict ? { ...verdict, renamed: false } : verdict,
      )
      if (verdict.kind !== 'round') return
      for (const zone of ZONES) {
        const { earlier, later } = stampTime(verdict.stamp, zone)
        const apart = later.getTime() - earlier.getTime()
        assert.ok(apart >= 0 && apart <= 3 * 3_600_000, 'the two readings of a stamp are hours apart at most')
        isNearRepeatedHour(earlier, later, zone)
      }
    }
  },
}

import fc from 'fast-check'
import t from 'tap'
import { readDelivery } from '../../../server/src/import/read-delivery.ts'
import { parseRoundFile } from '../../../server/src/parse/round-file.ts'
import { corpusFile, corpusFiles, damagedCases } from '../../support/corpus.ts'
import { setHeader, setName, setValue } from '../../support/damage.ts'
import { deliver, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const { name: NAME, content: CONTENT } = corpusFile('2026-05-05-204850-supply-round-1.txt')

t.test('every damaged file of the corpus gets what its manifest says', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  for (const each of damagedCases()) {
    const receipt = await deliver(db, server, { name: each.upload_name, content: each.content })
    const stored = await db
      .selectFrom('processed_files')
      .select(['status', 'content', 'error_code', 'error_message'])
      .where('sha256', '=', receipt.file.sha256)
      .where('filename', '=', receipt.file.name)
      .executeTakeFirstOrThrow()
    t.ok(stored.content.equals(each.content), `${each.case}: the bytes are kept`)
    switch (each.expect) {
      case 'accept':
      case 'accept_with_warning':
        // The same lines stand in several cases; whatever is not the first of them is a copy.
        if (receipt.problem?.code === 'copy_of_round') break
        t.equal(receipt.status, 'imported', each.case)
        if (each.expect === 'accept_with_warning')
          t.not(receipt.warnings.length, 0, `${each.case}: ${each.why}`)
        break
      case 'ignore':
        t.equal(receipt.status, 'ignored', each.case)
        break
      case 'reject':
      case 'reject_or_warn':
        t.equal(receipt.status, 'rejected', `${each.case}: ${each.why}`)
        t.match(stored.error_message, /^.{10,}\.$/, `${each.case}: a sentence`)
        t.equal(receipt.round, null)
        break
    }
  }
})

/** The engine has 64 slots. */
function army(players: number): Buffer {
  const [header = '', line = ''] = CONTENT.toString('latin1').split('\n')
  const guid = (index: number) => index.toString(16).toUpperCase().padStart(8, '0')
  const lines = Array.from({ length: players }, (_, index) => guid(index) + line.slice(8))
  return Buffer.from(`${[header, ...lines].join('\n')}\n`, 'latin1')
}

t.test('a rejection names the code, the line and the figure', t => {
  const cases: [string, Buffer, string, number | null, RegExp][] = [
    ['no bytes', Buffer.alloc(0), 'empty', null, /no bytes/],
    ['a NUL', Buffer.from('a\\b\0\n'), 'not_text', 1, /NUL/],
    ['cut in mid-line', CONTENT.subarray(0, -10), 'no_final_newline', 7, /cut/],
    ['a header of 7', Buffer.from('a\\supply\\c\\1\\1\\2\\12:00\n'), 'bad_header', 1, /7 values/],
    ['round 3', setHeader(CONTENT, 3, '3'), 'bad_header', 1, /round must be 1 or 2.*"3"/],
    ['another map', setHeader(CONTENT, 1, 'radar'), 'name_mismatch', 1, /supply.*radar/],
    ['another round', setHeader(CONTENT, 3, '2'), 'name_mismatch', 1, /round 1.*2/],
    ['a text for damage', setValue(CONTENT, 3, 0, 'many'), 'bad_number', 3, /v0 \(damage given\).*"many"/],
    ['nan', setValue(CONTENT, 4, 8, 'nan'), 'bad_number', 4, /v8/],
    ['an exponent', setValue(CONTENT, 4, 1, '1e3'), 'bad_number', 4, /v1/],
    ['a decimal point in a count', setValue(CONTENT, 4, 1, '10.0'), 'bad_number', 4, /v1/],
    ['a minus', setValue(CONTENT, 4, 1, '-1'), 'bad_number', 4, /v1/],
    ['a huge figure', setValue(CONTENT, 5, 1, '99999999999'), 'number_out_of_range', 5, /impossibly large/],
    ['a line that never ends', setName(CONTENT, 3, 'x'.repeat(9000)), 'bad_player_line', 3, /9\d\d\d bytes/],
    [
      'a megabyte of nothing',
      Buffer.concat([CONTENT, Buffer.alloc(1_000_000, '\n')]),
      'not_text',
      1025,
      /lines/,
    ],
    ['an army', army(129), 'too_many_players', 130, /more than 128 players/],
    [
      'more values than any script writes',
      setValue(CONTENT, 6, 37, '0\t0\t0\t0\t0'),
      'unknown_variant',
      6,
      /42 values/,
    ],
  ]
  for (const [what, content, code, line, detail] of cases) {
    const { kind, ...received } = readDelivery({
      ...{ name: '2026-05-08-204850-supply-round-1.txt', content, modifiedAt: null, source: 'agent' },
    })
    t.equal(kind, 'rejected', what)
    t.match('problem' in received && received.problem, { code, line, detail }, what)
  }
  const most = Buffer.concat([
    CONTENT,
    Buffer.alloc(1024 - CONTENT.toString('latin1').split('\n').length + 1, '\n'),
  ])
  t.equal(parseRoundFile(most).kind, 'round', 'as many lines as are read')
  t.equal(parseRoundFile(Buffer.concat([most, Buffer.from('\n')])).kind, 'rejected')
  t.end()
})

t.test('negative XP is a figure, and so are names in any bytes', t => {
  const parsed = parseRoundFile(setValue(CONTENT, 3, 9, '-12'))
  t.equal(parsed.kind === 'round' && parsed.file.players.some(player => player.values[9] === -12), true)
  t.end()
})

t.test('mutated files: refused in words or read whole, never a crash', t => {
  const files = corpusFiles('evenings').slice(0, 8)
  const mutated = fc
    .tuple(
      fc.constantFrom(...files),
      fc.constantFrom(...files),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
    )
    .chain(([file, other, at, to, byte]) => {
      const content = Buffer.from(file.content)
      const [start, end] = [at % content.length, to % content.length]
      const flipped = Buffer.from(content)
      flipped[start] = byte
      return fc.constantFrom(
        flipped,
        content.subarray(0, start),
        content.subarray(start),
        Buffer.concat([content.subarray(0, start), other.content.subarray(end)]),
        Buffer.concat([content, other.content]),
        Buffer.concat([content.subarray(0, start), Buffer.from('9'.repeat(byte)), content.subarray(start)]),
        Buffer.concat([content.subarray(0, start), content.subarray(end)]),
      )
    })
  fc.assert(
    fc.property(mutated, content => {
      const parsed = parseRoundFile(content)
      if (parsed.kind === 'rejected') return parsed.problem.detail.length > 10
      const lines =
        content
          .toString('latin1')
          .split('\n')
          .filter(line => line.trim() !== '').length - 1
      return parsed.file.players.length === lines
    }),
    { numRuns: 3000 },
  )
  t.end()
})

t.test('no figure of a mutated file that was refused is in any table', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: CONTENT.length - 1 }),
      fc.integer({ min: 0, max: 255 }),
      async (at, byte) => {
        const content = Buffer.from(CONTENT)
        content[at] = byte
        const receipt = await deliver(db, server, { name: NAME, content })
        const rounds = await db
          .selectFrom('rounds as r')
          .innerJoin('processed_files as f', 'f.file_id', 'r.file_id')
          .select(['f.status', 'f.sha256'])
          .execute()
        return (
          rounds.length <= 1 &&
          rounds.every(round => round.status === 'imported') &&
          (receipt.status !== 'rejected' || rounds.every(round => round.sha256 !== receipt.file.sha256))
        )
      },
    ),
    { numRuns: 150 },
  )
})

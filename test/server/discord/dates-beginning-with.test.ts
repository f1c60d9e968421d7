import t from 'tap'
import { datesBeginningWith } from '../../../server/src/discord/commands/dates-beginning-with.ts'

const EVERY_DAY = Array.from({ length: 3 * 366 }, (_, day) =>
  new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10),
)

t.test('the days of a prefix are those whose date begins with it', async t => {
  for (const day of EVERY_DAY.filter((_, index) => index % 37 === 0)) {
    for (let length = 1; length <= 10; length += 1) {
      const prefix = day.slice(0, length)
      const days = datesBeginningWith(prefix)
      t.same(
        EVERY_DAY.filter(each => days !== null && each >= days.from && each < days.to),
        EVERY_DAY.filter(each => each.startsWith(prefix)),
        prefix,
      )
    }
  }
})

t.test('the first and the last days that there are', async t => {
  for (const [prefix, from, to] of [
    ['0', '0001-01-01', '1000-01-01'],
    ['000', '0001-01-01', '0010-01-01'],
    ['0001', '0001-01-01', '0002-01-01'],
    ['9', '9000-01-01', '10000-01-01'],
    ['9999', '9999-01-01', '10000-01-01'],
    ['9999-12', '9999-12-01', '10000-01-01'],
    ['9999-12-31', '9999-12-31', '10000-01-01'],
  ] as const)
    t.same(datesBeginningWith(prefix), { from, to }, prefix)
})

t.test('what begins no date', async t => {
  for (const prefix of [
    '',
    '-',
    '2026--',
    '2026-13',
    '2026-2-',
    '2026-00',
    '2026-05-32',
    '2026-05-05-',
    '12345',
    '26-05',
    '0000',
    '0000-05',
  ])
    t.equal(datesBeginningWith(prefix), null, prefix)
})

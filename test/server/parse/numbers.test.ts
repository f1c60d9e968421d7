import fc from 'fast-check'
import t from 'tap'
import { parseCount } from '../../../server/src/parse/numbers.ts'
import { Rejection } from '../../../server/src/parse/rejection.ts'

/** Digits, and what stands near them in ASCII or looks like one. */
const TEXTS = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'0123456789') }),
  fc.string({ unit: fc.constantFrom(...'0189./:;+-eE٣ \t') }),
  fc.string(),
)

t.test('a counter is digits and nothing else, up to ten million', async () => {
  const read = (text: string) => {
    try {
      return parseCount(text, 1, 'kills')
    } catch (error) {
      if (error instanceof Rejection) return error.code
      throw error
    }
  }
  const expected = (text: string) => {
    if (!/^[0-9]+$/.test(text)) return 'bad_number'
    return Number(text) > 10_000_000 ? 'number_out_of_range' : Number(text)
  }
  fc.assert(
    fc.property(TEXTS, text => read(text) === expected(text)),
    {
      examples: [
        [''],
        ['0'],
        ['007'],
        ['10000000'],
        ['10000001'],
        ['9'.repeat(400)],
        ['12.0'],
        ['1e3'],
        ['+1'],
      ],
    },
  )
})

import t from 'tap'
import { findByName } from '../../../server/src/report/players/find-by-name.ts'

/** Of names alone; counts how often it is searched. */
function bookOf(names: Record<string, string>) {
  const book = {
    searches: 0,
    nameOf: (guid: string) => ({ name: names[guid] ?? guid, colouredName: names[guid] ?? guid }),
    search(text: string) {
      book.searches += 1
      return Object.keys(names).filter(guid => names[guid]?.includes(text))
    },
    isForgotten: () => false,
    newest: () => [],
  }
  return book
}

t.test('who is called nearly so is named, however much was typed', async t => {
  const book = bookOf({ A: 'wajs', B: 'carniee' })
  t.same(findByName(book, 'wajz', ''), { kind: 'none', near: ['A'] })
  t.same(findByName(book, `carn${'x'.repeat(2_000)}`, ''), { kind: 'none', near: ['B'] })
  book.searches = 0
  t.same(findByName(book, 'x'.repeat(4_000), ''), { kind: 'none', near: [] })
  t.ok(book.searches < 200, 'a long message is not looked through letter by letter')
})

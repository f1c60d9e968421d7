import pino from 'pino'
import t from 'tap'
import { systemClock } from '../../../agent/src/clock.ts'
import { FileBook } from '../../../agent/src/delivery/file-book.ts'
import { folderSource } from '../../../agent/src/source/folder.ts'
import type { SourceEntry } from '../../../agent/src/source/source.ts'

const entry = (name: string, bytes = 10): SourceEntry => ({ name, bytes, mtimeMs: 1_700_000_000_000 })

function bookOf(...delivered: SourceEntry[]) {
  const seen: string[] = []
  const told: string[] = []
  const pending: string[] = []
  const book = new FileBook({
    source: folderSource('/nowhere'),
    clock: systemClock,
    log: pino({ level: 'silent' }),
    emit(event) {
      if (event.kind === 'seen') seen.push(event.name)
      if (event.kind === 'too_large') told.push(event.name)
    },
    onPending: file => pending.push(file.entry.name),
  })
  book.beginListing()
  book.takeListing(delivered)
  for (const each of delivered) {
    book.unasked.delete(each.name)
    book.takeKnown(each, null)
  }
  seen.length = 0
  return { book, seen, told, pending, names: () => [...book.delivered.keys()] }
}

t.test(
  'a list of what is known, as it was, changes nothing; its entries are the same by look too',
  async t => {
    const [a, b] = [entry('a'), entry('b')]
    const { book, seen, pending, names } = bookOf(a, b)
    book.beginListing()
    book.takeListing([a, { ...b }])
    t.same([names(), seen, pending], [['a', 'b'], [], []])
  },
)

t.test('one that is gone is forgotten, also when another came in its place', async t => {
  const [a, b] = [entry('a'), entry('b')]
  const { book, seen, pending, names } = bookOf(a, b)
  book.beginListing()
  book.takeListing([a, entry('c')])
  t.same([names(), seen, pending], [['a'], ['c'], ['c']])
  book.beginListing()
  book.takeListing([a, entry('c'), entry('b')])
  t.same(seen, ['c', 'b'], 'it is new when it comes back')
})

t.test('one that came while the list was made is not gone for not standing there', async t => {
  const [a, b] = [entry('a'), entry('b')]
  const { book, names } = bookOf(a, b)
  book.beginListing()
  book.takeEntry(entry('hinted'), false)
  book.takeListing([a, b])
  t.ok(book.open.has('hinted'))
  t.same(names(), ['a', 'b'])
  book.beginListing()
  book.takeListing([a, b])
  t.notOk(book.open.has('hinted'), 'by the next list it is')
})

t.test('a delivered one with another look is read first, not taken for what it was', async t => {
  const [a, b] = [entry('a'), entry('b')]
  const { book, pending, names } = bookOf(a, b)
  book.beginListing()
  book.takeListing([a, entry('b', 11)])
  t.same([names(), pending], [['a'], ['b']])
  t.equal(book.open.get('b')?.askFirst, true)
})

t.test('a file too large is told once, also where an older look at it comes last', async t => {
  const { book, told, pending } = bookOf()
  const [part, whole] = [entry('a', 1_048_576), entry('a', 2_000_000)]
  for (const look of [part, whole, part, whole]) book.takeEntry(look, false)
  t.same(told, ['a'])
  t.same(pending, ['a', 'a'], 'what may be whole is looked at again')
  t.match(book.open.get('a'), { phase: 'not_taken', reason: /^too_large: 2000000 bytes/ })
})

t.test(
  'what the server lacks is due at one time, however long its answer takes to be gone through',
  async t => {
    const due: number[] = []
    let now = 0
    const book = new FileBook({
      source: folderSource('/nowhere'),
      clock: { ...systemClock, now: () => (now += 100) },
      log: pino({ level: 'silent' }),
      emit: () => {},
      onPending: (_file, dueAt) => due.push(dueAt),
    })
    book.takeMissing([entry('a'), entry('b'), entry('c')])
    t.equal(due.length, 3)
    t.equal(new Set(due).size, 1)
  },
)

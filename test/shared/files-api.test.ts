import { toInstant, uploadFieldsSchema } from '@debrief/shared'
import t from 'tap'

t.test('whatever time a disk gives a file, what is told of it is taken', async t => {
  for (const ms of [0, 1, Date.UTC(2026, 4, 5), Date.UTC(9999, 11, 30)]) {
    const mtime = toInstant(ms)
    t.equal(mtime, new Date(ms).toISOString())
    t.ok(uploadFieldsSchema.safeParse({ mtime }).success)
  }
  for (const ms of [
    -1,
    Date.UTC(1960, 0),
    Date.UTC(9999, 11, 31),
    1e17,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])
    t.equal(toInstant(ms), null, String(ms))
})

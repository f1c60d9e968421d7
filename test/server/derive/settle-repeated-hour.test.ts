import t from 'tap'
import { type NightFile, settleRepeatedHour } from '../../../server/src/derive/settle-repeated-hour.ts'
import { stampTime } from '../../../server/src/derive/stamp-time.ts'
import { parseHeader } from '../../../server/src/parse/header.ts'
import { corpusFiles } from '../../support/corpus.ts'

const ZONE = 'Europe/Ljubljana'
const HEADER = parseHeader(String(corpusFiles('evenings')[0]?.content).split('\n')[0] ?? '')

t.test('hundreds of files beside an hour without times are not weighed a million times', async t => {
  const outside = (count: number) => Array.from({ length: count }, (_, index) => file(index * 17))
  const inside = Array.from({ length: 12 }, (_, index) => file(7_200 + index * 280))
  const behind = Array.from({ length: 200 }, (_, index) => file(10_800 + index * 35))
  const crowd = [...outside(400), ...inside, ...behind]
  const settled = settleRepeatedHour(crowd)
  t.equal(settled.size, crowd.length)
  for (const { filename, time } of inside) {
    const at = settled.get(filename)?.getTime()
    t.ok(at === time.earlier.getTime() || at === time.later.getTime(), filename)
  }
  t.strictSame(settleRepeatedHour(crowd.toReversed()), settled, 'whatever the order')
})

function file(seconds: number): NightFile {
  const [hour = 0, minute = 0, second = 0] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(
    Math.floor,
  )
  const stamp = { year: 2026, month: 10, day: 25, hour, minute, second }
  return { filename: `${seconds}`, time: stampTime(stamp, ZONE), modifiedAt: null, header: HEADER }
}

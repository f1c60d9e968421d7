import { createHash } from 'node:crypto'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import * as fontkit from 'fontkit'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { PicturesBusy, pictureDrawer } from '../../../server/src/charts/draw-pictures.ts'
import { drawable } from '../../../server/src/charts/drawable.ts'
import { encodePng } from '../../../server/src/charts/encode-png.ts'
import {
  FONT_FAMILIES,
  FONTS,
  fontPath,
  INTER,
  loadFontsFor,
  PLAIN,
} from '../../../server/src/charts/fonts.ts'
import type { LinePoint } from '../../../server/src/charts/lines-picture.ts'
import { pictureData } from '../../../server/src/charts/picture-data.ts'
import { shownText } from '../../../server/src/report/shown-name.ts'
import { madeReport } from '../../support/made-report.ts'
import { sharedDrawer } from '../../support/shared-drawer.ts'
import { until } from '../../support/until.ts'

const log = pino({ level: 'silent' })
const NAMES = [
  'Żółć Łódź ęą',
  'Привет Ђорђе',
  'Γειά σου',
  '🔥 emoji 💀',
  '★彡 中文',
  'W'.repeat(35),
  '한글',
  'e\u0301clair',
]

t.test('no letter of any name is drawn as a box', async t => {
  const shapes = [0, 1].map(
    weight => new Set(FONTS.flatMap(({ files }) => letters(files[weight] ?? files[0]))),
  )
  const missing: string[][] = [[], []]
  // Where Unicode has no letters, all are treated alike: there it is enough to look here and there.
  for (let code = 0; code <= 0x10ffff; code += code >= 0x40000 && code < 0xe0000 ? 997 : 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const [shown = ''] = drawable(shownText(String.fromCodePoint(code)))
    for (const [weight, known] of shapes.entries())
      if (!known.has(shown.codePointAt(0) ?? 0)) missing[weight]?.push(`U+${code.toString(16)}`)
  }
  t.strictSame(missing, [[], []], 'regular and bold')
  for (const letter of ['ż', 'Ж', 'Ω', 'ἀ', '🔥', '★', '中'])
    t.equal(drawable(letter), letter, `${letter} stays`)
  t.equal(drawable('\ue000'), '·', 'a letter of private use has no shape')
})

t.test('a plain letter needs no font but Inter', async t => {
  for (const weight of [0, 1]) {
    const known = new Set(INTER.flatMap(({ files }) => letters(files[weight])))
    const missing: string[] = []
    for (let code = 0; code <= 0xffff; code += 1) {
      if (PLAIN.test(String.fromCharCode(code)) && !known.has(code)) missing.push(`U+${code.toString(16)}`)
    }
    t.strictSame(missing, [], weight === 0 ? 'regular' : 'bold')
  }
  for (const text of ['🔥', '★', '中', '1\ufe0f\u20e3', '▲ 5', '◆', 'plain, but for ·\u0301'])
    t.notMatch(text, PLAIN, `${text} is not plain`)
})

t.test('a letter that comes late is drawn as if all fonts had been there', async t => {
  const drawing = (name: string) => madeReport({ names: [name, 'b'], maps: 1 })
  const drawAfter = async (...before: string[]) => {
    const drawer = pictureDrawer({ log })
    t.teardown(() => drawer.close())
    for (const name of before) await drawer.draw(drawing(name))
    return (await drawer.draw(drawing('🔥 中 ★'))).performance
  }
  const [late, first] = await Promise.all([drawAfter('plain'), drawAfter()])
  t.ok(late.equals(first), 'the same bytes')
  const boxes = (await sharedDrawer.draw(drawing('\ue000 \ue001 \ue002'))).performance
  t.notOk(late.equals(boxes))
})

function letters(file = ''): number[] {
  const font = fontkit.openSync(fontPath(file))
  if ('fonts' in font) throw new Error('A font file holds one font.')
  return font.characterSet
}

t.test('every script has ink of its own', async t => {
  loadFontsFor('🔥')
  const ink = (letter: string) => {
    const context = createCanvas(60, 60).getContext('2d')
    context.font = `40px ${FONT_FAMILIES}`
    context.fillStyle = '#fff'
    context.fillText(letter, 5, 45)
    return createHash('sha256')
      .update(context.getImageData(0, 0, 60, 60).data)
      .digest('hex')
  }
  const letters = [' ', '\ue000', 'a', 'ł', 'Ж', 'Ђ', 'Ω', 'ἀ', '🔥', '★', '中', '한', 'ع']
  t.equal(new Set(letters.map(ink)).size, letters.length, 'none is empty, and none is the box of another')
})

t.test('both pictures are sharp PNG, drawn once for the same data', async t => {
  for (const count of [0, 1, 2, 6, 12, 24]) {
    const names = Array.from({ length: count }, (_, index) => NAMES[index] ?? `player ${index}`)
    const report = madeReport({ names, maps: 3 })
    const pictures = await sharedDrawer.draw(report)
    for (const picture of [pictures.performance, pictures.efficiency]) {
      const image = await loadImage(picture)
      t.equal(image.width, 1600, `${count} players: twice 800 wide`)
      t.ok(image.height > 500 && image.height <= 2600, `${image.height} high`)
      t.ok(picture.length < 1_000_000, `${picture.length} bytes`)
    }
    t.equal((await sharedDrawer.draw(report)).performance, pictures.performance, 'the same bytes again')
    const later = { ...report, changedAt: new Date().toISOString() }
    t.equal(
      (await sharedDrawer.draw(later)).efficiency,
      pictures.efficiency,
      'what is not shown changes nothing',
    )
  }
})

t.test('a player by session, and two compared: sharp PNG, drawn once, with and without figures', async t => {
  for (const count of [0, 1, 20]) {
    const points = Array.from({ length: count }, (_, index): LinePoint => {
      const value = index % 7 === 3 ? null : 200 + ((index * 37) % 90)
      return { value, label: String(value ?? '-'), mark: index === 1 ? 'up' : index === 19 ? 'down' : null }
    })
    const lines = ['DPM', 'K/D'].map(title => ({ title, points, usual: { value: 230, label: '230' } }))
    const data = { title: NAMES.join(''), subtitle: 'all time', lines, from: '2026-03-02', to: '2026-05-08' }
    const picture = await sharedDrawer.drawOne({ kind: 'lines', data })
    const image = await loadImage(picture)
    t.equal(image.width, 1600)
    t.equal(await sharedDrawer.drawOne({ kind: 'lines', data }), picture, 'the same bytes again')
    const other = { ...data, lines: lines.map(line => ({ ...line, usual: null })) }
    const without = await sharedDrawer.drawOne({ kind: 'lines', data: other })
    t.notOk(without.equals(picture), 'the usual is seen')
  }
  const side = (value: number | null) => ({ value, label: String(value ?? '-') })
  for (const [a, b] of [
    [3, 5],
    [null, 0],
  ] as const) {
    const rows = [{ title: 'K/D', a: side(a), b: side(b), better: null }]
    const names: [string, string] = ['W'.repeat(35), 'ж']
    const draw = (better: 'a' | null) =>
      sharedDrawer.drawOne({
        kind: 'comparison',
        data: { subtitle: '', names, rows: rows.map(row => ({ ...row, better })) },
      })
    t.equal((await loadImage(await draw(null))).width, 1600)
    t.notOk((await draw('a')).equals(await draw(null)), 'who is ahead is seen')
  }
})

t.test('the server goes on while pictures are drawn', async t => {
  await sharedDrawer.draw(madeReport({ names: ['warm'], maps: 1 }))
  let isDrawn = false
  let ticks = 0
  const drawn = sharedDrawer.draw(madeReport({ names: NAMES, maps: 3 })).then(() => {
    isDrawn = true
  })
  while (!isDrawn) {
    await new Promise(resolve => setImmediate(resolve))
    ticks += 1
  }
  await drawn
  t.ok(ticks > 20, `${ticks} turns of the event loop meanwhile`)
})

t.test('who asks together is answered together; who asks a closed drawer is refused', async t => {
  const drawer = pictureDrawer({ log })
  const report = madeReport({ names: NAMES, maps: 3 })
  const [first, second] = await Promise.all([drawer.draw(report), drawer.draw(report)])
  t.equal(first.performance, second.performance)
  const waiting = drawer.draw(madeReport({ names: ['another'], maps: 1 }))
  await Promise.all([t.rejects(waiting, /was stopped/), drawer.close()])
  await t.rejects(drawer.draw(report), /stopping/)
})

t.test('one session is drawn at a time, posts before readers, and too many readers are refused', async t => {
  const drawer = pictureDrawer({ log, mostWaiting: 3 })
  t.teardown(() => drawer.close())
  const order: string[] = []
  const ask = (name: string, who: 'post' | 'reader') =>
    drawer.draw(madeReport({ names: [name], maps: 1 }), who).then(() => order.push(name))
  const readers = ['first', 'second', 'third'].map(name => ask(name, 'reader'))
  await t.rejects(ask('fourth', 'reader'), PicturesBusy)
  await t.resolves(Promise.all([ask('post', 'post'), ask('second', 'reader'), ...readers]), 'those are drawn')
  t.strictSame(order.slice(0, 2), ['first', 'post'], 'the post was drawn as soon as the process was free')
  await t.resolves(ask('fourth', 'reader'))
})

t.test('the process begins with the first picture, ends when it has rested, and begins anew', async t => {
  const { said, drawer } = watchedDrawer(t, { restMs: 10 })
  t.same(said('begins'), [])
  for (const turn of [1, 2]) {
    t.ok((await drawer.draw(madeReport({ names: [`turn ${turn}`], maps: 1 }))).performance.length > 0)
    await until('the process has ended', () => said('was stopped').length === turn)
    t.equal(said('begins').length, turn)
  }
})

t.test('a process that dies takes one picture with it, and nothing else', async t => {
  const { said, drawer } = watchedDrawer(t, { restMs: 60_000 })
  await drawer.draw(madeReport({ names: ['first'], maps: 1 }))
  const pid = said('begins')[0]?.pid
  t.type(pid, 'number')
  process.kill(pid ?? 0, 'SIGTERM')
  const dying = t.rejects(drawer.draw(madeReport({ names: NAMES, maps: 3 })), /ended with SIGKILL/)
  process.kill(pid ?? 0, 'SIGKILL')
  await dying
  t.equal(
    said('ended with SIGKILL')[0]?.level,
    50,
    'an error in the log; SIGTERM alone is the server’s to heed',
  )
  t.ok((await drawer.draw(madeReport({ names: ['second'], maps: 1 }))).performance.length > 0, 'the next one')
})

function watchedDrawer(t: Test, options: { restMs: number }) {
  const lines: { level: number; msg: string; pid: number }[] = []
  const watched = pino({ level: 'debug' }, { write: line => void lines.push(JSON.parse(line)) })
  const drawer = pictureDrawer({ log: watched, ...options })
  t.teardown(() => drawer.close())
  return { drawer, said: (words: string) => lines.filter(({ msg }) => msg.includes(words)) }
}

t.test('more players than bars: the top 12 by kills, and the rest in words', async t => {
  const names = Array.from({ length: 24 }, (_, index) => `player ${index}`)
  const data = pictureData(madeReport({ names, maps: 2 }))
  t.strictSame(
    data.players.map(player => player.name),
    names.slice(0, 12),
  )
  t.equal(data.rest, '+ 12 more: the top 12 by kills are shown; all 24 are in the report')
  t.equal(pictureData(madeReport({ names: names.slice(0, 12), maps: 2 })).rest, null)
})

t.test('our PNG holds the pixels of the canvas', async t => {
  const canvas = createCanvas(33, 7)
  const context = canvas.getContext('2d')
  for (let x = 0; x < 33; x += 1) {
    context.fillStyle = `rgb(${x * 7}, ${255 - x}, ${(x * 31) % 256})`
    context.fillRect(x, 0, 1, 7)
  }
  const image = await loadImage(await encodePng(canvas))
  const copy = createCanvas(33, 7).getContext('2d')
  copy.drawImage(image, 0, 0)
  t.strictSame(copy.getImageData(0, 0, 33, 7).data, context.getImageData(0, 0, 33, 7).data)
})

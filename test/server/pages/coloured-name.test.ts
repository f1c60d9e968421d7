import { readFileSync } from 'node:fs'
import t from 'tap'
import { colouredName } from '../../../server/src/http/pages/coloured-name.ts'
import {
  contrast,
  etColourStyle,
  NAME_BACKGROUNDS,
  rgbOf,
} from '../../../server/src/http/pages/et-colours.ts'
import { html } from '../../../server/src/http/pages/html.ts'
import { cleanName } from '../../../server/src/parse/text.ts'
import { shownText } from '../../../server/src/report/shown-name.ts'

const STYLE = new URL('../../../server/src/http/pages/assets/style/colours.css', import.meta.url)

t.test('a name is shown in its colours', async t => {
  const cases: [raw: string, shown: string][] = [
    ['bronze.', 'bronze.'],
    ['^1wa^7js', '<span class="c1">wa</span><span class="c7">js</span>'],
    ['x^ax', 'x<span class="c17">x</span>'],
    ['x^Ax', 'x<span class="c17">x</span>'],
    ['^*x', '<span class="c26">x</span>'],
    ['^^1x', '^<span class="c1">x</span>'],
    ['x^', 'x^'],
    ['^1^2^3', ''],
    ['^1<img src=x onerror=alert(1)>', '<span class="c1">&lt;img src=x onerror=alert(1)&gt;</span>'],
    [`^1&'"`, '<span class="c1">&amp;&#39;&quot;</span>'],
    ['^1a\u0007b\u202ec', '<span class="c1">a·b·c</span>'],
    ['^1😀^2é', '<span class="c1">😀</span><span class="c2">é</span>'],
  ]
  for (const [raw, shown] of cases) {
    t.equal(String(colouredName(raw, shownText(cleanName(raw)))), `<bdi class="name">${shown}</bdi>`, raw)
  }
})

t.test('where the colours say something else than the name, the name is shown', async t => {
  t.equal(String(colouredName('^1ab', 'abc')), '<bdi class="name">abc</bdi>')
  t.equal(String(colouredName('', 'OMNIBOT0')), '<bdi class="name">OMNIBOT0</bdi>')
})

t.test('every colour of the game can be read on every background, dark and light', async t => {
  const [dark = '', light = ''] = etColourStyle().split('@media')
  for (const [theme, rules] of Object.entries({ dark, light })) {
    const colours = [...rules.matchAll(/\.c(\d+)\{color:(#[0-9a-f]{6})\}/g)]
    t.equal(colours.length, 32, theme)
    const [darkStyle = '', lightStyle = ''] = readFileSync(STYLE, 'utf8').split(
      '@media (prefers-color-scheme: light)',
    )
    const style = theme === 'dark' ? darkStyle : (lightStyle.split('\n}')[0] ?? '')
    const backgrounds = [...style.matchAll(/--(?:page|panel|raised): (#[0-9a-f]{6})/g)].map(
      ([, colour = '']) => colour,
    )
    t.equal(backgrounds.length, 3, 'the backgrounds of the style sheet are known')
    for (const background of [...backgrounds, NAME_BACKGROUNDS[theme as 'dark' | 'light']]) {
      const unreadable = colours.filter(
        ([, , colour = '']) => contrast(rgbOf(colour), rgbOf(background)) < 4.5,
      )
      t.same(unreadable, [], `${theme} on ${background}`)
    }
  }
})

t.test('a page escapes every text, and nothing twice', async t => {
  const piece = html`<b>${'<i>'}</b>`
  t.equal(
    String(html`<p title="${'"'}">${piece}${[piece, 'a&b', null, false, undefined, 0]}</p>`),
    '<p title="&quot;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b>a&amp;b0</p>',
  )
})

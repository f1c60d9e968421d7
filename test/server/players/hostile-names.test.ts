import t from 'tap'
import { sessionCards } from '../../../server/src/cards/session-cards.ts'
import { boardContent } from '../../../server/src/discord/players/board-content.ts'
import { compareContent } from '../../../server/src/discord/players/compare-content.ts'
import { recordsContent } from '../../../server/src/discord/players/records-content.ts'
import { rivalsContent } from '../../../server/src/discord/players/rivals-content.ts'
import { statsContent } from '../../../server/src/discord/players/stats-content.ts'
import type { PostContent } from '../../../server/src/discord/posts/post-content.ts'
import { loadSessionReport } from '../../../server/src/report/load-session-report.ts'
import { BOARD_KEYS } from '../../../server/src/report/players/boards.ts'
import { settleFigures } from '../../../server/src/report/players/settle-figures.ts'
import { corpusEndstats, corpusFiles } from '../../support/corpus.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testApp } from '../../support/test-app.ts'

/** As long as names are: a tag of a page, then a link, a mention and formats of Discord. */
const NAMES = ['<img src=x onerror=alert(1)>', '[free](//evil.example)**@everyone', '"><script>x</script>']
const HTML = { accept: 'text/html' }

t.test('hostile names on every page of players and in every card', async t => {
  const { app, db } = await testApp(t)
  const files = [...corpusFiles('evenings').slice(0, 40), ...corpusEndstats().slice(0, 40)]
  const players = ['A16D6351', 'B3768A2C', '49468F96']
  const named = files.map(({ name, content }) => {
    const text = players.reduce(
      (all, guid, index) =>
        all.replace(new RegExp(`^${guid}\\\\[^\\\\]*\\\\`, 'gm'), () => `${guid}\\${NAMES[index]}\\`),
      content.toString('latin1'),
    )
    return { name, content: Buffer.from(text, 'latin1') }
  })
  await deliverAll(db, await gameServer(db, 'zone'), named)
  while ((await settleFigures(db)) > 0);

  await t.test('pages show them as text', async t => {
    const [a, b] = players
    const maps = (await app.inject('/api/v1/maps')).json().maps.map(({ map }: { map: string }) => map)
    const pages = [
      ...['/', '/sessions/latest', '/sessions/1', '/players', '/records', `/compare?a=${a}&b=${b}`],
      ...players.map(guid => `/players/${guid}`),
      ...[...BOARD_KEYS, 'rating'].map(by => `/leaderboards/${by}`),
      ...maps.flatMap((map: string) => [`/maps/${map}`, `/records?map=${map}`]),
      ...[`/players?search=${encodeURIComponent(NAMES[0] ?? '')}`, '/rounds/1', '/rounds/2'],
    ]
    let seen = 0
    for (const url of pages) {
      const { statusCode, body } = await app.inject({ url, headers: HTML })
      t.equal(statusCode, 200, url)
      t.notOk(/<img src=x|<script>x/.test(body), `${url}: nothing of a name is markup`)
      t.notMatch(body, /<th scope="row">Deaths<\/th>.*class="best"/, `${url}: nobody is best at dying`)
      if (body.includes('&lt;img src=x')) seen += 1
    }
    t.ok(seen > 10, 'and the name is there')
  })

  await t.test('cards show them letter by letter', async t => {
    const report = await loadSessionReport(db, 1)
    if (!report) throw new Error('There is no session.')
    // What is drawn is looked at where pictures are; these are the words around it.
    const png = Buffer.from('png')
    const pictures = {
      draw: () => Promise.resolve({ performance: png, efficiency: png }),
      drawOne: () => Promise.resolve(png),
    }
    const bot = { db, publicUrl: 'https://stats.example.org', pictures }
    const [a, b, c] = players.map((guid, index) => ({ guid, name: NAMES[index] ?? '' }))
    if (!a || !b || !c) throw new Error('Too few names.')
    const all = { kind: 'all' } as const
    const boards = []
    for (const by of [...BOARD_KEYS, 'rating' as const]) boards.push(await boardContent(bot, by, all, 0))
    const contents: PostContent[] = [
      ...sessionCards(report, bot).map(embeds => ({ embeds })),
      ...[await recordsContent(bot, null), await rivalsContent(bot, b), await compareContent(bot, b, a)],
      ...[await statsContent(bot, a, all), await statsContent(bot, b, all), await compareContent(bot, b, c)],
      ...boards,
    ]
    // Titles are Markdown too.
    const texts = contents.flatMap(({ embeds = [] }) =>
      embeds.flatMap(({ title = '', description = '' }) => [title, description]),
    )
    // A mark that no backslash stands before would begin a link, a mention or a format.
    for (const text of texts) t.notMatch(text, /(?<!\\)\[free|(?<!\\)@everyone|(?<!\\)<img/)
    t.ok(
      texts.some(text => text.includes('\\[free\\]')),
      'and the name is there',
    )
  })
})

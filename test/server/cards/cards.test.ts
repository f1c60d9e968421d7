import fc from 'fast-check'
import t from 'tap'
import { escapeMap, escapeMarkdown } from '../../../server/src/cards/escape-markdown.ts'
import { fitBlock } from '../../../server/src/cards/fit-block.ts'
import { roundCard } from '../../../server/src/cards/round-card.ts'
import { sessionCards } from '../../../server/src/cards/session-cards.ts'
import { SUB_VIEWS, subViewCards } from '../../../server/src/cards/sub-view-cards.ts'
import { loadRoundReport } from '../../../server/src/report/load-round-report.ts'
import { loadSessionReport } from '../../../server/src/report/load-session-report.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { madeReport } from '../../support/made-report.ts'
import { testDatabase } from '../../support/test-database.ts'

type APIEmbed = ReturnType<typeof roundCard>

const PUBLIC_URL = 'https://stats.example.org'

t.test('an evening: the cards with their titles, colours and footers, in the fixed forms', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), corpusFiles('evenings'))
  const report = await loadSessionReport(db, 1)
  if (!report) throw new Error('There is no session 1.')
  const embeds = sessionCards(report, { publicUrl: PUBLIC_URL }).flat()

  t.strictSame(
    embeds.map(({ title, color }) => [title, color]),
    [
      ['📊 Session overview', 0x5865f2],
      ['⚔️ Teams', 0xed4245],
      ['👥 Line-ups', 0x57f287],
      ['💥 Damage', 0xfee75c],
      ['🔫 Weapons', 0x5865f2],
      ['🏆 Awards', 0xffd700],
    ],
  )
  for (const { footer, url } of embeds) {
    t.match(footer?.text, /^Session 1 · 20 rounds counted · data of \d{4}-\d\d-\d\d \d\d:\d\d$/)
    t.equal(url, `${PUBLIC_URL}/sessions/1`)
  }
  const [overview, teams, lineUps, damage, weapons, awards] = embeds.map(embed => embed.description ?? '')
  t.match(overview, '📅 2026-05-05 20:43 to 2026-05-06 00:24 (Europe/Ljubljana)')
  t.match(overview, '👥 7 players · 20 rounds · 10 maps')
  t.match(overview, '🏆 A 11 - 9 B')
  t.match(overview, '🟢 supply: A 3:45 / B 5:48 · 2 - 0')
  t.match(overview, '🟢 etl_frostbite: A 9:11 / B full hold · 2 - 0')
  t.match(
    overview,
    '🥇 **^x^rnn**\n353/284/1 (1.24) · 234 DPM · 40.1K ⬆ 34.3K ⬇ · 34.5% ACC (2024/5871) · 297 HS\n' +
      '221 useful · revives 52 ↑ 23 ↓ · ⏱ 171:45 · 💀 74:00 · ⏳ 85:04 · multikills 2×: 32, 3×: 1',
  )
  t.match(
    teams,
    '**Team B** · 991 kills · 861 deaths · K/D 1.15 · 114.9K ⬆ 104.1K ⬇\n⭐ MVP **^x^rnn** · 353 kills',
  )
  t.match(lineUps, '\\#carniee · 13 rounds (left after sw_goldrush_te)')
  t.match(lineUps, '✅ Sure.')
  t.match(damage, '1. **^x^rnn** 234 DPM · 40.1K · 18.3% of all')
  t.match(weapons, '**^x^rnn** thompson 142 · 35.4% · 132 (15.3%), mp40 124')
  t.match(awards, '🔥 Longest killing spree: **^x^rnn**, **Seareal**, **\\#carniee** · 6 kills in a row')

  const second = await db
    .selectFrom('rounds')
    .select('round_id')
    .orderBy('ended_at')
    .offset(1)
    .executeTakeFirstOrThrow()
  const round = await loadRoundReport(db, second.round_id)
  if (!round) throw new Error('There is no second round.')
  const card = roundCard(round, { publicUrl: PUBLIC_URL })
  t.match(card, {
    title: 'supply · round 2',
    url: `${PUBLIC_URL}/rounds/${second.round_id}`,
    description:
      '⚔️ Allies attacked and won in 3:45 (to beat 5:48)\n**Map:** 🟢 supply: A 3:45 / B 5:48 · 2 - 0',
    fields: [{ name: 'Axis (B)' }, { name: 'Allies (A)' }],
  })
})

t.test('any session keeps the limits, cuts whole entries, and names everybody', t => {
  const unit = fc.oneof(
    fc.constantFrom(
      '`',
      '```',
      '||',
      '*',
      '_',
      '~',
      '\\',
      '@everyone',
      '<@1>',
      '<t:1:R>',
      '<:a:1>',
      '[a](http://b)',
    ),
    fc.constantFrom(
      '🔥',
      '👩‍🚀',
      'é',
      'e\u0301\u0327',
      '\u200b',
      '\u202e',
      '\u0001',
      'Ж',
      'ｗ',
      ' ',
      '# ',
      '- ',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
  )
  const name = fc.oneof(
    fc.array(unit, { minLength: 1, maxLength: 12 }).map(parts => parts.join('').slice(0, 35)),
    fc.constant('|'.repeat(64)),
    fc.string({ minLength: 1, maxLength: 35 }),
  )

  const shape = fc.record({
    names: fc.array(name, { minLength: 1, maxLength: 64 }),
    maps: fc.integer({ min: 1, max: 40 }),
    isShuffled: fc.boolean(),
  })
  fc.assert(
    fc.property(
      shape,
      fc.constantFrom(...SUB_VIEWS),
      fc.constantFrom(PUBLIC_URL, null),
      (made, view, publicUrl) => {
        const report = madeReport(made)
        const messages = sessionCards(report, { publicUrl })
        const all = textOf(messages.flat())
        keepsLimits(messages)
        for (const { name, guid } of report.players) {
          if (!all.includes(escapeMarkdown(name)))
            throw new Error(`${guid} ${JSON.stringify(name)} is not named.`)
        }
        const titles = messages
          .flat()
          .map(embed => embed.title)
          .filter(title => title !== undefined)
        if (titles.length !== 6) throw new Error(`Six cards are ${titles.join()}`)
        const oneView = subViewCards(report, view, { publicUrl })
        if (oneView.length !== 1) throw new Error(`${view} is ${oneView.length} messages.`)
        keepsLimits(oneView)
        return true
      },
    ),
    { numRuns: 60, seed: 4 },
  )
  t.end()
})

t.test('what is left out is said, at the end of whole entries', async t => {
  const names = Array.from({ length: 64 }, (_, index) => `player_${index}_${'x'.repeat(20)}`)
  const report = madeReport({ names, maps: 40 })
  const messages = sessionCards(report, { publicUrl: PUBLIC_URL })
  t.equal(messages.length, 2, 'two messages hold it')
  t.equal(messages.flat().length, 6, 'and each card is one embed')
  const lines = messages[0]?.[0]?.description?.split('\n') ?? []
  const more = lines.filter(line => line.startsWith('+ '))
  const shownPlayers = lines.filter(line => line.includes('DPM')).length
  t.ok(shownPlayers > 5, `${shownPlayers} players are shown in full`)
  t.equal(lines.filter(line => line.includes('useful')).length, shownPlayers, 'each with all of its lines')
  t.equal(more.at(-1), `+ ${64 - shownPlayers} more · [all of it](${PUBLIC_URL}/sessions/12)`)
  t.notMatch(textOf(sessionCards(report, { publicUrl: null }).flat()), 'http')

  const small = sessionCards(madeReport({ names: ['a', 'b'], maps: 1 }), { publicUrl: null })
  t.equal(small.length, 1, 'a small session is one message')
  t.notMatch(textOf(small.flat()), /\+ \d+ more/)
})

t.test('a session of which nothing counts still has its cards', async t => {
  const empty = madeReport({ names: [], maps: 0 })
  const messages = sessionCards({ ...empty, notCounted: ['1 aborted round'] }, { publicUrl: null })
  keepsLimits(messages)
  t.match(textOf(messages.flat()), 'Not counted: 1 aborted round')
  for (const view of SUB_VIEWS) keepsLimits(subViewCards(empty, view, { publicUrl: null }))
})

t.test('names are shown letter by letter', async t => {
  const cases = [
    ['**bold** __u__ ~~s~~', '\\*\\*bold\\*\\* \\_\\_u\\_\\_ \\~\\~s\\~\\~'],
    ['||spoiler|| `code`', '\\|\\|spoiler\\|\\| \\`code\\`'],
    ['<@123> <t:0:R> <:a:1>', '\\<\\@123\\> \\<t\\:0\\:R\\> \\<\\:a\\:1\\>'],
    ['[x](https://evil.example)', '\\[x\\]\\(https\\://evil.example\\)'],
    ['# head', '\\# head'],
    ['> quote', '\\> quote'],
    ['- list', '\\- list'],
    ['1. list', '1\\. list'],
    ['back\\slash', 'back\\\\slash'],
    ['plain-name.ok', 'plain-name.ok'],
  ] as const
  for (const [name, shown] of cases) t.equal(escapeMarkdown(name), shown)
  t.equal(escapeMap('etl_sp_delivery'), 'etl_sp_delivery', 'a map stays as people know it')
  t.equal(escapeMap('_odd_'), '\\_odd\\_')
  const [player] = madeReport({ names: ['a\u0007b\u202ec\u200bd'], maps: 1 }).players
  t.equal(player?.name, 'a·b·c·d', 'what steers or hides is a dot')
  t.equal(
    madeReport({ names: ['\u200d '], maps: 1 }).players[0]?.name,
    'GUID0000',
    'nothing to see: the GUID',
  )
})

/** As Discord counts and refuses. */
function keepsLimits(messages: readonly APIEmbed[][]): void {
  for (const embeds of messages) {
    const total = textOf(embeds, '').length
    if (total > 6000) throw new Error(`A message of ${total} characters.`)
    if (embeds.length === 0 || embeds.length > 10) throw new Error(`A message of ${embeds.length} embeds.`)
    for (const { title = 'x', description, footer, fields = [], image } of embeds) {
      const isOver =
        title.length > 256 ||
        (description?.length ?? 0) > 4096 ||
        (footer?.text.length ?? 0) > 2048 ||
        fields.length > 25 ||
        fields.some(({ name, value }) => name.length > 256 || value.length > 1024 || !value.trim())
      if (isOver) throw new Error(`${title} is over a limit.`)
      if (!image && !description?.trim()) throw new Error(`${title} is empty.`)
      if (description !== undefined && description !== description.trim())
        throw new Error(`${title} is trimmed.`)
    }
  }
}

function textOf(embeds: readonly APIEmbed[], separator = '\n'): string {
  return embeds
    .flatMap(({ title, description, footer, fields = [], author }) => [
      title ?? '',
      description ?? '',
      footer?.text ?? '',
      author?.name ?? '',
      ...fields.flatMap(({ name, value }) => [name, value]),
    ])
    .join(separator)
}

t.test('a block is cut to the most whole entries that fit, and thousands of them take no time', async t => {
  const entry = fc.string({ maxLength: 30 })
  const block = fc.record(
    {
      heading: entry,
      entries: fc.array(entry, { minLength: 1, maxLength: 30 }),
      separator: fc.constantFrom('\n' as const, ', ' as const),
    },
    { requiredKeys: ['entries', 'separator'] },
  )
  fc.assert(
    fc.property(
      block,
      fc.nat(400),
      fc.constantFrom('', ' · [all of it](https://x)'),
      (each, budget, link) => {
        const { entries, separator, heading } = each
        const lead = heading === undefined ? '' : `${heading}\n`
        const options = entries.map((_, left) =>
          left === 0
            ? lead + entries.join(separator)
            : lead + [...entries.slice(0, entries.length - left), `+ ${left} more${link}`].join(separator),
        )
        const least = `${lead}+ ${entries.length} more${link}`
        return fitBlock(each, budget, link) === (options.find(text => text.length <= budget) ?? least)
      },
    ),
  )
  const crowd = {
    entries: Array.from({ length: 200_000 }, (_, index) => `player ${index}`),
    separator: '\n' as const,
  }
  t.match(fitBlock(crowd, 1024, ''), /^player 0\n[\s\S]*\n\+ 199\d{3} more$/)
})

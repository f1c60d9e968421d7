import t from 'tap'
import { COMMANDS } from '../../../server/src/discord/commands/commands.ts'
import { wordList } from '../../../server/src/discord/commands/word-list.ts'
import { suggestPlayers } from '../../../server/src/discord/players/player-lookup.ts'
import { type BotRun, botRun } from '../../support/discord/bot-run.ts'
import { recentFiles } from '../../support/discord/recent-files.ts'
import type { StoredMessage } from '../../support/discord/state.ts'
import { deliverAll } from '../../support/import-files.ts'
import { until } from '../../support/until.ts'

const files = recentFiles()
const bots = (run: BotRun, channel?: string) =>
  run.discord.messages(channel).filter(({ author }) => author.id === run.discord.state.botId)

/** Says it, and gives the one message that answers. */
async function ask(run: BotRun, text: string, userId = '500'): Promise<StoredMessage> {
  const before = bots(run).length
  run.discord.say(text, { userId })
  await until(`an answer to ${text}`, () => bots(run).length > before)
  t.equal(bots(run).length, before + 1, `one message for ${text}`)
  const [answer] = bots(run).slice(-1)
  if (!answer) throw new Error('There is no answer.')
  t.notOk(answer.pings, 'nobody is pinged')
  return answer
}

async function use(run: BotRun, name: string, values: Record<string, string> = {}) {
  const options = Object.entries(values).map(([name, value]) => ({ type: 3, name, value }))
  const used = run.discord.interact({ id: '1', name, type: 1, options })
  await until(`an answer to /${name}`, () => used.original !== null)
  t.equal(used.followups.length, 0)
  return used.original
}

const textOf = (message: StoredMessage | null) =>
  [
    message?.content,
    ...(message?.embeds ?? []).flatMap(({ title, description, footer }) => [
      title,
      description,
      footer?.text,
    ]),
  ].join('\n')

/** Somebody who played, by his GUID, with the name that he is shown by. */
async function players(run: BotRun): Promise<{ guid: string; name: string }[]> {
  const choices = await suggestPlayers(run.db, '')
  return choices.map(({ name, value }) => ({ guid: value, name }))
}

function at<T>(all: readonly T[], index: number): T {
  const one = all[index]
  if (one === undefined) throw new Error(`There is no ${index}.`)
  return one
}

t.test('every command answers by prefix, by slash and by mention, in one message', async t => {
  const run = await botRun(t, { env: { AUTOPOST_ROUNDS: 'false' } })
  await deliverAll(run.db, run.server, files.slice(0, 24))
  const all = await players(run)
  const [a, b] = [at(all, 0), at(all, 1)]
  const cases: [
    name: string,
    text: string,
    values: Record<string, string>,
    says: RegExp,
    picture: string | null,
  ][] = [
    [
      'stats',
      `${a.guid} all`,
      { player: a.guid, period: 'all' },
      /In all time[\s\S]*DPM[\s\S]*Weapons/,
      'player.png',
    ],
    ['leaderboard', 'dpm session', { by: 'dpm', period: 'session' }, /DPM, session 2[\s\S]*🥇/, null],
    ['leaderboard', 'rating', { by: 'rating' }, /Rating, all time[\s\S]*🥇/, null],
    [
      'compare',
      `${a.guid} ${b.guid}`,
      { a: a.guid, b: b.guid },
      /In one team: \d+ maps?[\s\S]*Against each other/,
      'compare.png',
    ],
    ['records', '', {}, /Records[\s\S]*In one round[\s\S]*Kills \*\*\d+\*\*/, null],
    [
      'records',
      'supply',
      { map: 'supply' },
      /Records on supply|No record is set on supply|Nobody has played/,
      null,
    ],
    ['rivals', a.guid, { player: a.guid }, /No duels of|Favourite victims/, null],
    [
      'teams',
      `${a.guid}, ${b.guid}, ${at(all, 2).guid}, <@777>`,
      { people: `${a.guid},${b.guid},${at(all, 2).guid},<@777>` },
      /expected to win \d+%[\s\S]*start value \(25 ± 8\.3\)/,
      null,
    ],
  ]
  const [played] = await run.db.selectFrom('rounds').select('map_name').limit(1).execute()
  const map = played?.map_name ?? ''
  cases.push(['map', map, { map }, /Played \d+ time[\s\S]*Best on it/, null])
  for (const [name, text, values, says, picture] of cases) {
    const answers = [
      await ask(run, `!${name} ${text}`),
      await use(run, name, values),
      await ask(run, `<@1001> ${name} ${text}`),
    ]
    for (const answer of answers) t.match(textOf(answer), says, `${name} ${text}`)
    const pictures = answers.map(answer => answer?.attachments.map(({ filename }) => filename) ?? [])
    t.strictSame(
      pictures,
      Array.from(pictures, () => (picture === null ? [] : [picture])),
    )
  }
  t.ok([...(wordList(COMMANDS).content ?? '')].length <= 2000, 'the list of words fits')
  await until('Discord knows them', () => run.discord.state.commands.length === COMMANDS.length)
})

t.test(
  'names: a part is enough, several are asked back, unknown ones get suggestions, hostile ones are shown as they are',
  async t => {
    const run = await botRun(t, { env: { AUTOPOST_ROUNDS: 'false' } })
    await deliverAll(run.db, run.server, files.slice(0, 4))
    const [a, b] = [at(await players(run), 0), at(await players(run), 1)]
    t.match(textOf(await ask(run, `!stats ${a.name.slice(0, -1)}#`)), /Nobody is called[\s\S]*Perhaps/)
    t.match(
      textOf(await ask(run, '!stats @everyone **bold** <@&1>')),
      /Nobody is called “\\@everyone \\\*\\\*bold/,
    )
    t.match(textOf(await ask(run, '!stats')), /say who you are with `!link name`/)
    t.match(textOf(await ask(run, '!stats <@600>')), /has not said who he is/)
    t.match(textOf(await ask(run, '!compare onlyone')), /Whom\?/)
    t.match(textOf(await ask(run, `!compare "${a.name}" "${a.name}"`)), /same player/)
    t.match(textOf(await ask(run, '!leaderboard wins')), /I know these boards: `kills`/)
    t.match(textOf(await ask(run, '!map nowhere')), /Nobody has played “nowhere” here. The most played: /)
    t.match(textOf(await ask(run, '!teams')), /need two people/)

    const names = [
      '@everyone',
      '**x** [y](https://evil.example)',
      '||spoiler|| `code`',
      '<@500> <#1> :smile:',
      'W'.repeat(36),
    ]
    for (const [index, name] of names.entries()) {
      const guid = index % 2 === 0 ? a.guid : b.guid
      await run.db.deleteFrom('player_names').where('player_guid', '=', guid).execute()
      await run.db.insertInto('player_names').values({ player_guid: guid, name }).execute()
      for (const text of [
        'leaderboard kills',
        `stats ${guid}`,
        `compare ${a.guid} ${b.guid}`,
        'records',
        `teams ${a.guid}, ${b.guid}`,
      ]) {
        const said = (await ask(run, `!${text}`)).embeds.map(({ description }) => description).join()
        t.notMatch(
          said,
          /(?<!\\)@everyone|(?<!\\)\*\*x|(?<!\\)\[y\]|(?<!\\)\|\||(?<!\\)<@500>|(?<!\\)`code/,
          text,
        )
      }
    }
  },
)

t.test('autocomplete: every name ever used, a board’s periods, maps, also among 2 000 players', async t => {
  const run = await botRun(t, { env: { AUTOPOST_ROUNDS: 'false' } })
  await deliverAll(run.db, run.server, files.slice(0, 4))
  const typing = async (name: string, option: string, value: string) => {
    const typed = run.discord.interact(
      { id: '1', name, type: 1, options: [{ type: 3, name: option, value, focused: true }] },
      { type: 4 },
    )
    await until('choices', () => typed.callbacks.length === 1)
    return (typed.callbacks[0]?.data?.choices ?? []) as { name: string; value: string }[]
  }
  const [a, b] = [at(await players(run), 0), at(await players(run), 1)]
  t.strictSame((await typing('stats', 'player', a.name))[0], { name: a.name, value: a.guid })
  t.strictSame(await typing('stats', 'period', '2026-q2'), [{ name: '2026-Q2', value: '2026-Q2' }])
  t.ok((await typing('map', 'map', '')).length > 0)
  const [both] = await typing('teams', 'people', `${a.guid}, ${b.name}`)
  t.strictSame(both, { name: `1 named, and ${b.name}`, value: `${a.guid},${b.guid}` })
  const ten = Array.from({ length: 10 }, () => a.guid).join(',')
  t.equal((await typing('teams', 'people', `${ten},${b.name}`))[0]?.value, `${ten},${b.guid}`, 'eleven')
  t.same(await typing('teams', 'people', `${ten},${a.guid},${b.name}`), [], 'a choice holds no more')
  t.equal((await typing('teams', 'more', b.name))[0]?.value, b.guid, 'the second option does')
  const split = textOf(await use(run, 'teams', { people: `${a.guid}, ${b.guid}`, more: '<@799>, <@798>' }))
  t.match(split, /3 splits were compared/, 'both options together')
  t.match(split, '<@798>')

  const session = await run.db
    .selectFrom('gaming_sessions')
    .select('gaming_session_id as id')
    .executeTakeFirstOrThrow()
  const many = Array.from({ length: 2000 }, (_, index) => ({
    gaming_session_id: session.id,
    player_guid: `F${String(index).padStart(7, '0')}`,
    player_name: `^1made^7 ${index}`,
    clean_name: `made ${index}`,
    first_ended_at: new Date(),
    last_ended_at: new Date(),
  }))
  await run.db.insertInto('player_name_cells').values(many).execute()
  await run.db
    .updateTable('player_changes')
    .set(eb => ({ changes: eb('changes', '+', 1) }))
    .execute()
  await suggestPlayers(run.db, '')
  for (let index = 0; index < 20; index += 1)
    t.match(await suggestPlayers(run.db, `made 1${index}`), [{ name: /^made/ }])
})

t.test('a link: of an unclaimed player alone, told to the admins, undone by either; a set name', async t => {
  const run = await botRun(t, { env: { AUTOPOST_ROUNDS: 'false' } })
  await deliverAll(run.db, run.server, files.slice(0, 4))
  const [a, b] = [at(await players(run), 0), at(await players(run), 1)]
  t.match(textOf(await ask(run, '!setname Me', '601')), /Say who you are first/)
  t.match(textOf(await ask(run, `!link ${a.guid}`, '601')), new RegExp(`You are .*${a.guid}`))
  const admin = () => bots(run, '3002')
  await until('the admins know', () => admin().length === 1)
  t.match(admin()[0]?.embeds[0]?.description, /<@601> is .*debrief player unlink 601/)
  t.notOk(admin()[0]?.pings)
  t.match(textOf(await ask(run, `!link ${a.guid}`, '602')), /is linked to another Discord user/)
  t.match(textOf(await ask(run, '!stats', '601')), /In all time/)
  t.match(textOf(await ask(run, '!stats <@601>', '602')), /In all time/, 'a mention is who he is')
  t.match(textOf(await ask(run, '!setname Šef *1*', '601')), /shown as \*\*Šef \\\*1\\\*\*\*/)
  t.match(textOf(await ask(run, '!setname ^1red', '601')), /no control characters or colour codes/)
  t.match(textOf(await ask(run, '!leaderboard kills')), /Šef/, 'capitals stay, and all see it')
  t.match(textOf(await ask(run, '!setname', '601')), /shown as/)
  t.match(textOf(await ask(run, '!unlink', '601')), /nobody in particular/)
  t.match(textOf(await ask(run, '!unlink', '601')), /linked to nobody/)
  t.match(textOf(await ask(run, `!link ${a.guid}`, '602')), /You are/, 'and is free again')
  const used = await use(run, 'link', { player: b.guid })
  t.match(textOf(used), /You are/)
  const links = await run.db.selectFrom('discord_links').selectAll().orderBy('discord_user_id').execute()
  t.strictSame(links, [
    { discord_user_id: '500', player_guid: b.guid },
    { discord_user_id: '602', player_guid: a.guid },
  ])
})

t.test(
  '`!teams` splits who is in voice; the button shuffles among the best, of the same people, after a restart too',
  async t => {
    const run = await botRun(t, { env: { AUTOPOST_ROUNDS: 'false' } })
    await deliverAll(run.db, run.server, files.slice(0, 4))
    const all = await players(run)
    for (const [index, { guid }] of all.slice(0, 5).entries()) {
      await run.db
        .insertInto('discord_links')
        .values({ discord_user_id: `70${index}`, player_guid: guid })
        .execute()
      run.discord.voice(`70${index}`, index % 2 === 0 ? '4001' : '4002')
    }
    run.discord.voice('799', '4001')
    run.discord.voice('888', '4001', { bot: true })
    await until(
      'all are heard',
      async () =>
        /compared/.test(textOf(await ask(run, '!teams'))) &&
        /<@799>/.test(textOf(at(bots(run), -1 + bots(run).length))),
    )
    const message = at(bots(run), bots(run).length - 1)
    const first = textOf(message)
    for (const { name } of all.slice(0, 5)) t.match(first.replaceAll('\\', ''), name)
    t.match(first, /<@799> \*/, 'who has not said who he is plays too')
    t.notMatch(first, /888/, 'a bot does not')
    t.match(first, /Number 1 of the best 5; 10 splits were compared/)
    for (const { discord } of [run])
      for (let index = 0; index < 5; index += 1) discord.voice(`70${index}`, null)
    await run.restart()
    const seen = new Set([first])
    for (let press = 1; press <= 5; press += 1) {
      const [row] = (message.components ?? []) as { components: { custom_id: string }[] }[]
      const id = row?.components[0]?.custom_id ?? ''
      run.discord.interact({ custom_id: id, component_type: 2 }, { type: 3, messageId: message.id })
      await until('shuffled', () => (message.edits ?? 0) === press)
      seen.add(textOf(message))
    }
    t.equal(seen.size, 5, 'five splits, and the first again')
    t.equal(textOf(message), first)
  },
)

t.test('the pages of a board are turned in place', async t => {
  const run = await botRun(t, { env: { AUTOPOST_ROUNDS: 'false' } })
  await deliverAll(run.db, run.server, files.slice(0, 60))
  const message = await ask(run, '!leaderboard kills')
  const count = (await players(run)).length
  t.match(textOf(message), new RegExp(`page 1 of ${Math.ceil(count / 10)}`))
  if (count > 10) {
    run.discord.interact(
      { custom_id: 'debrief:board:kills:all:next:1', component_type: 2 },
      { type: 3, messageId: message.id },
    )
    await until('turned', () => (message.edits ?? 0) === 1)
    t.match(textOf(message), /11\. \*\*[\s\S]*page 2/)
  }
  for (const id of [
    'debrief:board:wins:all:next:1',
    'debrief:board:kills:x:next:1',
    'debrief:teams:x',
    'debrief:teams:99:1',
  ]) {
    const press = run.discord.interact(
      { custom_id: id, component_type: 2 },
      { type: 3, messageId: message.id },
    )
    await until(`${id} is acknowledged`, () => press.callbacks.length === 1)
  }
  t.notOk(
    run.log.some(({ level }) => level >= 50),
    'no fault of ours',
  )
})

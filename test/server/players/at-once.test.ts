import { sql } from 'kysely'
import t from 'tap'
import { scaleCases } from '../../../server/src/bench/scale/scale-cases.ts'
import { seedHistory } from '../../../server/src/bench/seed/seed-history.ts'
import type { BotContext } from '../../../server/src/discord/bot-context.ts'
import { COMMANDS } from '../../../server/src/discord/commands/commands.ts'
import { settleFigures } from '../../../server/src/report/players/settle-figures.ts'
import { testApp } from '../../support/test-app.ts'
import { testDatabase } from '../../support/test-database.ts'

/** Answers that tell more than the rounds: how the server is, and the number of a draw. */
const OTHERS = /^(?:\/metrics|!status|!teams)/

t.test('who asks first after a change sees it, whatever page or command it is', async t => {
  const seeded = await testDatabase(t)
  await seedHistory(seeded, { rounds: 80, players: 100, seed: 2, until: new Date() })
  const { db, pool } = seeded
  const { app } = await testApp(t, { through: async () => ({ db, pool }) })
  const pictures: Pick<BotContext['pictures'], 'drawOne'> = { drawOne: async () => Buffer.alloc(0) }
  const context = { db, publicUrl: null, pictures, peopleInVoice: () => null } as unknown as BotContext
  const cases = (await scaleCases(db)).filter(({ name }) => !OTHERS.test(name))
  const change = () =>
    sql`
    with newest as (select round_id from counted_rounds order by ended_at desc limit 1),
      more as (update player_comprehensive_stats set kills = kills + 1, damage_given = damage_given + 50
        where round_id in (select round_id from newest))
    update rounds set changed_at = now() where round_id in (select round_id from newest)`.execute(db)
  const answerTo = async (asked: (typeof cases)[number]): Promise<unknown> => {
    if (asked.kind === 'get') {
      const headers = { accept: asked.isPage ? 'text/html' : 'application/json' }
      return (await app.inject({ url: asked.path, headers })).body
    }
    const command = COMMANDS.find(({ definition }) => definition.name === asked.word)
    if (asked.kind === 'choices') return command?.suggest?.(db, asked.typed, asked.option)
    const shown: unknown[] = []
    const reply = {
      show: async (content: unknown) => void shown.push(content),
      report: async () => undefined,
    }
    const words = asked.args.map(word => word.toLowerCase())
    await command?.answer(context, words, reply, { userId: '1', args: asked.args, isSlash: false })
    return shown
  }
  for (const asked of cases) {
    await change()
    const first = await answerTo(asked)
    while ((await settleFigures(db)) > 0);
    await sql`update player_changes set changes = changes + 1`.execute(db)
    t.same(await answerTo(asked), first, asked.name)
  }
})

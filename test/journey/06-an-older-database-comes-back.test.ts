import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startAgent } from '@debrief/agent'
import { pino } from 'pino'
import t from 'tap'
import { restoreBackup } from '../../server/src/backup/restore-backup.ts'
import { writeBackup } from '../../server/src/backup/write-backup.ts'
import { loadConfig } from '../../server/src/config.ts'
import { createToken } from '../../server/src/game-servers/tokens/create-token.ts'
import { rebuild } from '../../server/src/import/rebuild.ts'
import { startServer } from '../../server/src/start-server.ts'
import { told } from '../support/discord/bot-run.ts'
import { startFakeDiscord } from '../support/discord/fake-discord.ts'
import { nth, recentFiles } from '../support/discord/recent-files.ts'
import { shownPosts } from '../support/discord/shown-posts.ts'
import { shortFolder } from '../support/short-folder.ts'
import { testClock } from '../support/test-clock.ts'
import { testDatabase } from '../support/test-database.ts'
import { until } from '../support/until.ts'

const log = pino({ level: 'silent' })

t.test(
  'the database is lost and an older one restored: the agent fills the gap, and nothing is posted twice',
  async t => {
    const files = recentFiles()
    const early = nth(files, 0)
    // Another map, so that its card says nothing of the first.
    const late = nth(files, 2)
    const lost = await testDatabase(t)
    // Discord has forgotten every nonce.
    const discord = await startFakeDiscord({ nonceWindowMs: 0 })
    t.teardown(() => discord.close())
    const folder = shortFolder(t)
    const gamestats = join(folder, 'gamestats')
    mkdirSync(gamestats)
    const settings = {
      ...{ DISCORD_TOKEN: discord.state.token, DISCORD_STATS_CHANNEL_ID: discord.state.statsChannelId },
      ...{ DISCORD_API_URL: discord.apiUrl, PUBLIC_URL: 'https://stats.example.org' },
      ...{ AUTOPOST_MAX_AGE_MINUTES: '100000', LOG_DIR: folder },
    }
    const serve = (databaseUrl: string, port: string) =>
      startServer({ config: loadConfig({ ...settings, DATABASE_URL: databaseUrl, PORT: port }), log })
    const former = await serve(lost.url, '0')
    const ingestUrl = new URL(former.url)
    const { token } = await createToken(lost.db, { serverName: 'arena', timezone: 'UTC' })
    const clock = testClock()
    const said: string[] = []
    const agent = startAgent(
      {
        ...{ ingestUrl, token, tokenFile: null, caCert: null, scanSeconds: 600 },
        ...{ stateDir: join(folder, 'state'), logLevel: 'info', folder: { dir: gamestats }, ssh: null },
      },
      { log: pino({ level: 'info' }, { write: line => void said.push(JSON.parse(line).msg) }), clock },
    )
    t.teardown(() => agent.stop())
    const play = async (file: typeof early, posts: number) => {
      writeFileSync(join(gamestats, file.name), file.content)
      await until(`${file.name} is posted`, async () => {
        await clock.pass(200)
        return discord.messages().length === posts
      })
      await told(lost.db)
    }

    await play(early, 1)
    const backup = join(folder, 'debrief.backup')
    await writeBackup({ pool: lost.pool }, backup)
    await play(late, 2)
    const before = {
      ids: discord.messages().map(({ id }) => id),
      posts: await shownPosts(lost.db, discord.messages()),
    }

    // No time passes for the agent: it sees no outage, only another database.
    await former.close()
    const restored = await testDatabase(t)
    await restoreBackup({ pool: restored.pool, log }, backup)
    await rebuild({ db: restored.db, sessionGapMinutes: 60 })
    const server = await serve(restored.url, ingestUrl.port)
    t.teardown(() => server.close())
    const filenames = async () =>
      (await restored.db.selectFrom('processed_files').select('filename').orderBy('filename').execute()).map(
        ({ filename }) => filename,
      )
    t.strictSame(await filenames(), [early.name], 'it is the older one')

    await until('the file comes again', async () => {
      await clock.pass(5_000)
      return (await filenames()).includes(late.name)
    })
    t.ok(said.some(line => line.startsWith('another database answers than before')))
    await told(restored.db)
    t.strictSame(
      discord.messages().map(({ id }) => id),
      before.ids,
      'the same messages',
    )
    t.strictSame(await shownPosts(restored.db, discord.messages()), before.posts, 'with the same words')
  },
)

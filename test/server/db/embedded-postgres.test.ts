import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import t from 'tap'
import { postmasterPid } from '../../../server/src/db/embedded/postmaster-pid.ts'
import { startEmbeddedPostgres } from '../../../server/src/db/embedded-postgres.ts'
import { shortFolder } from '../../support/short-folder.ts'
import { spawnEmbeddedProcess } from '../../support/spawn-embedded-process.ts'
import { withClient } from '../../support/test-database/database-url.ts'

const log = pino({ level: 'silent' })

// To make a cluster costs more than all that is done with it: these tests have one, and leave it stopped.
t.test('a folder, from its first start to its last', async t => {
  const dataDir = join(shortFolder(t), 'a, b "c" ü')
  const cluster = join(dataDir, 'cluster')

  await t.test(
    'a server starts on an empty folder, durable, for this user only, and ends with stop',
    async t => {
      // What a killed process left of a half-made cluster is removed.
      mkdirSync(join(dataDir, 'new-999999999'), { recursive: true })
      const server = await startEmbeddedPostgres({ dataDir, log })
      t.equal(server.adopted, false)
      const [shown] = await query<{ fsync: string; listen: string; order: boolean }>(
        server.url,
        `select current_setting('fsync') fsync, current_setting('listen_addresses') listen, 'É' > 'z' as order`,
      )
      t.same(shown, { fsync: 'on', listen: '', order: true })
      t.equal(statSync(join(dataDir, 'socket')).mode & 0o777, 0o700)
      t.same(readdirSync(dataDir).sort(), ['cluster', 'socket'])
      await server.stop()
      t.equal(postmasterPid(cluster), undefined)
      await t.rejects(query(server.url, 'select'), { code: 'ENOENT' })
    },
  )

  await t.test('a server that is killed itself is started again, under the same address', async t => {
    const server = await startEmbeddedPostgres({ dataDir, log })
    await query(server.url, 'create table kept as select 1 as one')
    const pid = postmasterPid(cluster) ?? 0
    process.kill(pid, 'SIGKILL')
    await until(() => postmasterPid(cluster) !== pid)
    t.same(await eventually(() => query(server.url, 'select one from kept')), [{ one: 1 }])
    await server.stop()
  })

  for (const [which, text] of [
    ['names another program', `${process.pid}\n${cluster}\n`],
    ['is empty', ''],
    ['is garbled', 'garbage\n'],
  ]) {
    await t.test(`a lock file that ${which}, left by a power cut, keeps nobody out`, async t => {
      writeFileSync(join(cluster, 'postmaster.pid'), text ?? '')
      const server = await startEmbeddedPostgres({ dataDir, log })
      t.equal(server.adopted, false)
      t.same(await query(server.url, 'select one from kept'), [{ one: 1 }])
      await server.stop()
    })
  }

  await t.test('the server’s process knows none of our secrets', async t => {
    process.env.DISCORD_TOKEN = 'a-secret'
    t.teardown(() => {
      delete process.env.DISCORD_TOKEN
    })
    const server = await startEmbeddedPostgres({ dataDir, log })
    const environment = readFileSync(`/proc/${postmasterPid(cluster)}/environ`, 'latin1')
    t.match(environment, 'LC_ALL=C')
    t.notMatch(environment, 'a-secret')
    await server.stop()
  })

  await t.test('where the path is too long for a socket, the socket is in the temporary folder', async t => {
    const longer = join(shortFolder(t), 'long'.repeat(30))
    mkdirSync(longer)
    renameSync(cluster, join(longer, 'cluster'))
    const server = await startEmbeddedPostgres({ dataDir: longer, log })
    t.same(await query(server.url, 'select one from kept'), [{ one: 1 }])
    t.notMatch(decodeURIComponent(server.url), 'longlong')
    await server.stop()
    renameSync(join(longer, 'cluster'), cluster)
  })

  await t.test('a damaged or foreign folder is refused in PostgreSQL’s words, with the way out', async t => {
    writeFileSync(join(cluster, 'PG_VERSION'), '12\n')
    await t.rejects(startEmbeddedPostgres({ dataDir, log }), {
      message: /does not start.*not compatible.*DATABASE_URL/s,
    })
    t.equal(readFileSync(join(cluster, 'PG_VERSION'), 'utf8'), '12\n', 'untouched')

    const file = join(dataDir, 'file')
    writeFileSync(file, '')
    await t.rejects(startEmbeddedPostgres({ dataDir: file, log }), {
      message: /cannot be made or written \(EEXIST.*DATA_DIR/s,
    })
  })
})

t.test('one folder, and processes that come and go', async t => {
  const dataDir = shortFolder(t)
  const cluster = join(dataDir, 'postgres', 'cluster')

  await t.test('two that start at the same moment share one database', async t => {
    const [one, two] = await Promise.all([spawnEmbeddedProcess(t, dataDir), spawnEmbeddedProcess(t, dataDir)])
    t.equal(one.url, two.url)
    t.equal(Math.min(one.applied.length, two.applied.length), 0, 'one of them migrated it')
    t.not(Math.max(one.applied.length, two.applied.length), 0)
    t.same(readdirSync(join(dataDir, 'postgres')).sort(), ['cluster', 'socket'], 'the other left nothing')
    await Promise.all([one.end(), two.end()])
  })

  await t.test('a second one uses the server that runs, and leaves it running', async t => {
    const service = await spawnEmbeddedProcess(t, dataDir)
    const tool = await spawnEmbeddedProcess(t, dataDir)
    t.equal(tool.url, service.url)
    t.same(tool.applied, [])
    await tool.end()
    t.same(await query(service.url, 'select 1 as one'), [{ one: 1 }])
    await service.end()
  })

  await t.test('when the one that started the server ends, another that uses it starts it again', async t => {
    const tool = await spawnEmbeddedProcess(t, dataDir)
    const service = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), log })
    t.equal(service.adopted, true)
    await tool.end()
    t.same(await eventually(() => query(service.url, 'select 1 as one')), [{ one: 1 }])
    await service.stop()
    await t.rejects(query(service.url, 'select'))
  })

  await t.test(
    'after kill -9 the server goes too, and what was committed is there at the next start',
    async t => {
      for (const round of [1, 2, 3]) {
        const { child, url } = await spawnEmbeddedProcess(t, dataDir)
        const before = await query(url, 'select name from counters where name like $1', ['kill-%'])
        t.equal(before.length, round - 1, 'all rows of the lives before')
        await query(url, 'insert into counters values ($1, 0)', [`kill-${round}`])
        child.kill('SIGKILL')
        await until(() => postmasterPid(cluster) === undefined)
      }
    },
  )
})

async function query<T extends object>(url: string, sql: string, values: unknown[] = []): Promise<T[]> {
  return withClient(url, async client => (await client.query<T>(sql, values)).rows)
}

async function until(done: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !done(); await delay(20))
    if (Date.now() > deadline) throw new Error('It did not happen within 20 s.')
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 20_000; ; await delay(50)) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}

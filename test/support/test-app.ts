import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { Kysely } from 'kysely'
import type pg from 'pg'
import { pino } from 'pino'
import type { Test } from 'tap'
import { buildApp } from '../../server/src/app.ts'
import { type Config, loadConfig } from '../../server/src/config.ts'
import type { DB } from '../../server/src/db/tables.ts'
import { createToken } from '../../server/src/game-servers/tokens/create-token.ts'
import type { ZodApp } from '../../server/src/http/zod-app.ts'
import type { Logger } from '../../server/src/log/logger.ts'
import { newTelling, type ServerState } from '../../server/src/server-state.ts'
import { sharedDrawer } from './shared-drawer.ts'
import { testDatabase } from './test-database.ts'

export interface TestApp {
  app: ZodApp
  db: Kysely<DB>
  pool: pg.Pool
  databaseUrl: string
  token: string
  serverId: number
  state: ServerState
  /** Opens a port of this machine, the first time it is asked, and tells the address. */
  listen(): Promise<string>
}

interface Options {
  config?: Partial<Config>
  log?: Logger
  /** Another way to the same tables, for a test that takes it away. */
  through?: (url: string) => Promise<{ db: Kysely<DB>; pool: pg.Pool }>
}

/** The whole app on a database of its own, with one game server ("test", UTC) and its token. */
export async function testApp(t: Test, { config, log, through }: Options = {}): Promise<TestApp> {
  const database = await testDatabase(t)
  const { token, server } = await createToken(database.db, { serverName: 'test', timezone: 'UTC' })
  const state = { databasePrepared: true, shuttingDown: false, discord: 'off', telling: newTelling() }
  const { db, pool } = (await through?.(database.url)) ?? database
  const appLog = log ?? pino({ level: 'silent' })
  const app = await buildApp({
    db,
    pool,
    log: appLog,
    pictures: sharedDrawer,
    config: { ...loadConfig({}), ...config },
    state,
  })
  t.teardown(() => app.close())
  let address: Promise<string> | undefined
  return {
    app,
    db: database.db,
    pool: database.pool,
    databaseUrl: database.url,
    token,
    serverId: server.serverId,
    state,
    listen: () => {
      address ??= app.listen({ host: '127.0.0.1', port: 0 }).then(() => {
        const { port } = app.server.address() as AddressInfo
        return `http://127.0.0.1:${port}`
      })
      return address
    },
  }
}

/** A form with one file, as every sender builds it. */
export function fileForm(
  name: string,
  content: Uint8Array<ArrayBuffer> | string,
  fields: Record<string, string> = {},
): FormData {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.append(field, value)
  form.append('file', new File([content], name))
  return form
}

const corpus = new URL('../fixtures/corpus/', import.meta.url)

export function corpusFile(path: string): Buffer<ArrayBuffer> {
  return Buffer.from(readFileSync(new URL(path, corpus)))
}

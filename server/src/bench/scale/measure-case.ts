import { Agent, get } from 'node:http'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import type { RunningServer } from '../../start-server.ts'
import { percentile } from '../measurement.ts'
import { askBot } from './ask-bot.ts'
import { processorTime } from './processor-time.ts'
import type { ScaleCase } from './scale-cases.ts'

/** Milliseconds. Processor time is that of this process and of PostgreSQL together, and other work changes it little. */
export interface Timings {
  /** The first time after the start of the process. */
  cold: number
  /** Asked again, nothing having changed. */
  warmP95: number
  warmCpu: number
  /** After a decision of an admin: nothing kept may be shown. */
  decidedCpu: number
  /** After a round of the newest evening has changed as well, of which nothing is summed yet. */
  importedCpu: number
}

/** One case in this process, which has answered nothing so far. */
export async function measureCase(
  { url, database: { db } }: RunningServer,
  asked: ScaleCase,
  { warm, changed }: { warm: number; changed: number },
): Promise<Timings> {
  const agent = new Agent({ keepAlive: true })
  const time = async (before?: () => Promise<unknown>) => {
    await before?.()
    const processor = await processorTime(db)
    const startedAt = performance.now()
    await ask(asked, { url, agent, db })
    return { wall: performance.now() - startedAt, cpu: processor() }
  }
  const many = async (times: number, before?: () => Promise<unknown>) => {
    const taken: Awaited<ReturnType<typeof time>>[] = []
    for (let run = 0; run < times; run += 1) taken.push(await time(before))
    return {
      p95: percentile(
        taken.map(({ wall }) => wall),
        0.95,
      ),
      cpu: percentile(
        taken.map(({ cpu }) => cpu),
        0.5,
      ),
    }
  }
  const cold = await time()
  await many(WARM_UP, () => decide(db))
  const again = await many(warm)
  const decided = await many(changed, () => decide(db))
  const imported = await many(changed, () => touch(db))
  agent.destroy()
  return {
    ...{ cold: cold.wall, warmP95: again.p95, warmCpu: again.cpu },
    ...{ decidedCpu: decided.cpu, importedCpu: imported.cpu },
  }
}

const WARM_UP = 5

/** All that is kept rests on this number. */
function decide(db: Kysely<DB>): Promise<unknown> {
  return sql`insert into player_changes (what, changes) values ('decisions', 1)
    on conflict (what) do update set changes = player_changes.changes + 1`.execute(db)
}

/** What an import leaves behind: a round that is another one than before. */
function touch(db: Kysely<DB>): Promise<unknown> {
  return sql`update rounds set changed_at = now()
    where round_id = (select round_id from counted_rounds order by ended_at desc limit 1)`.execute(db)
}

async function ask(asked: ScaleCase, { url, agent, db }: { url: string; agent: Agent; db: Kysely<DB> }) {
  if (asked.kind === 'get') await request(`${url}${asked.path}`, agent, asked.isPage)
  else await askBot(db, asked)
}

function request(address: string, agent: Agent, isPage: boolean): Promise<void> {
  const headers = { accept: isPage ? 'text/html' : 'application/json' }
  return new Promise((resolve, reject) => {
    get(address, { agent, headers }, answer => {
      answer.resume()
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve()
        else reject(new Error(`${address} answers ${answer.statusCode}.`))
      })
    }).once('error', reject)
  })
}

import { Agent, get } from 'node:http'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import type { RunningServer } from '../../start-server.ts'
import { percentile } from '../measurement.ts'
import { askBot } from './ask-bot.ts'
import type { ScaleCase } from './scale-cases.ts'

/** Milliseconds. */
export interface Timings {
  /** The first time after the start of the process. */
  cold: number
  /** Asked again, nothing having changed. */
  warmMedian: number
  warmP95: number
  /** Asked after something changed, so that nothing kept may be shown. */
  changedMedian: number
  changedP95: number
}

/** One case in this process, which has answered nothing so far. */
export async function measureCase(
  { url, database: { db } }: RunningServer,
  asked: ScaleCase,
  { warm, changed }: { warm: number; changed: number },
): Promise<Timings> {
  const agent = new Agent({ keepAlive: true })
  const time = async () => {
    const startedAt = performance.now()
    await ask(asked, { url, agent, db })
    return performance.now() - startedAt
  }
  const cold = await time()
  for (let run = 0; run < WARM_UP; run += 1) await time()
  const [warmTimes, changedTimes]: [number[], number[]] = [[], []]
  for (let run = 0; run < warm; run += 1) warmTimes.push(await time())
  for (let run = 0; run < changed; run += 1) {
    // All that is kept rests on this number.
    await sql`insert into player_changes (what, changes) values ('decisions', 1)
      on conflict (what) do update set changes = player_changes.changes + 1`.execute(db)
    changedTimes.push(await time())
  }
  agent.destroy()
  return {
    cold,
    ...{ warmMedian: percentile(warmTimes, 0.5), warmP95: percentile(warmTimes, 0.95) },
    ...{ changedMedian: percentile(changedTimes, 0.5), changedP95: percentile(changedTimes, 0.95) },
  }
}

const WARM_UP = 3

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

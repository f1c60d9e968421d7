import type pg from 'pg'
import type { Test } from 'tap'

export interface HeardStatement {
  text: string
  event: 'asked' | 'answered'
}

/** What is asked by the only connection of a pool from now on, and answered, as it happens. */
export async function heardStatements(t: Test, pool: pg.Pool): Promise<HeardStatement[]> {
  const client = await pool.connect()
  const heard: HeardStatement[] = []
  const ask: (text: string, values: unknown[]) => Promise<unknown> = client.query.bind(client)
  t.intercept(client, 'query', {
    value: (text: string, values: unknown[]) => {
      heard.push({ text, event: 'asked' })
      return ask(text, values).finally(() => heard.push({ text, event: 'answered' }))
    },
  })
  client.release()
  return heard
}

/** How often the one who asks waits: a statement that is asked behind an unanswered one is no further wait. */
export function waitsIn(heard: readonly HeardStatement[]): number {
  let [waits, unanswered] = [0, 0]
  for (const { event } of heard) {
    if (event === 'asked' && unanswered === 0) waits += 1
    unanswered += event === 'asked' ? 1 : -1
  }
  return waits
}

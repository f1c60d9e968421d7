import { text } from 'node:stream/consumers'
import type { Test } from 'tap'
import { until } from './until.ts'

export interface LiveStream {
  status: number
  headers: Headers
  /** What came so far. */
  said(): string
  /** The data of the events so far. */
  events(): { session: number | null; version: string | null }[]
  hasEnded(): boolean
  /** Goes away. */
  leave(): void
}

/** Reads `GET /live` as a browser does, until the test ends. */
export async function liveStream(
  t: Test,
  url: string,
  headers: Record<string, string> = {},
): Promise<LiveStream> {
  const leaving = new AbortController()
  t.teardown(() => leaving.abort())
  const { status, headers: answered, body } = await fetch(url, { headers, signal: leaving.signal })
  let said = ''
  let hasEnded = false
  const read = async () => {
    if (status !== 200 || !body) {
      said = body ? await text(body) : ''
      return
    }
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) said += chunk
  }
  read()
    .catch(() => undefined)
    .finally(() => {
      hasEnded = true
    })
  if (status === 200) await until('the stream says what is', () => said.includes('data: '))
  return {
    ...{ status, headers: answered },
    said: () => said,
    events: () => [...said.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data)),
    hasEnded: () => hasEnded,
    leave: () => leaving.abort(),
  }
}

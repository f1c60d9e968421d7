import { PROBLEM_CODES, problemSchema } from '@debrief/shared'
import type { Test } from 'tap'
import { corpusFiles, damagedCases } from '../../support/corpus.ts'
import { Random } from '../../support/game-server/random.ts'
import { fileForm, type TestApp, testApp } from '../../support/test-app.ts'
import type { Budget } from '../budget.ts'
import { readAddresses } from './addresses.ts'
import { type MadeRequest, makeRequest } from './make-request.ts'
import { type Answer, send } from './send.ts'

export interface FuzzedHttp {
  requests: number
  seconds: number
  /** How often each status was answered; `closed`: not at all. */
  statuses: Record<string, number>
  findings: { message: string; request: string }[]
}

/** At the same time; what they stored is looked at when all of them have their answers. */
const AT_ONCE = 16
const MOST_FINDINGS = 10
/** A file of these was kept: imported, ignored, or recorded as failed. */
const STORES = new Set([200, 201, 202, 422])

/** Requests to every address of a whole server with a database, each nearly a right one. */
export async function fuzzHttp(t: Test, budget: Budget): Promise<FuzzedHttp> {
  // Every request comes from another address: else the limit on requests would be all that is tested.
  const test = await testApp(t, { config: { trustProxy: true } })
  const port = Number(new URL(await test.listen()).port)
  const random = new Random(budget.seed)
  const files = [
    ...corpusFiles('evenings').slice(0, 8),
    ...damagedCases().map(({ upload_name, content }) => ({ name: upload_name, content })),
  ].filter(({ content }) => content.length < 16_384)
  await uploadSome(test, files.slice(0, 2))
  const described = readAddresses((await test.app.inject('/docs/json')).json())
  const addresses = described.filter(({ staysOpen }) => !staysOpen)
  const fuzzed: FuzzedHttp = { requests: 0, seconds: 0, statuses: {}, findings: [] }
  const startedAt = performance.now()
  const isOver = () =>
    fuzzed.requests >= budget.requests ||
    fuzzed.findings.length >= MOST_FINDINGS ||
    performance.now() - startedAt > budget.seconds * 1000

  while (!isOver()) {
    const before = await countStored(test)
    const made = Array.from({ length: AT_ONCE }, () =>
      makeRequest({ random, addresses, token: test.token, files }),
    )
    const answers = await Promise.all(made.map(request => ask(port, request, fuzzed)))
    const couldStore = answers.filter(answer => answer?.status && STORES.has(answer.status)).length
    const stored = (await countStored(test)) - before
    if (stored > couldStore) {
      const message = `${stored} files were stored, and only ${couldStore} answers say so`
      fuzzed.findings.push({
        message,
        request: made.map(({ bytes }) => bytes.toString('latin1')).join('\n\n'),
      })
    }
    fuzzed.requests += AT_ONCE
  }
  fuzzed.seconds = (performance.now() - startedAt) / 1000
  return fuzzed
}

async function uploadSome(
  { listen, token }: TestApp,
  files: { name: string; content: Buffer }[],
): Promise<void> {
  const base = await listen()
  for (const { name, content } of files) {
    await fetch(`${base}/api/v1/files`, {
      ...{ method: 'POST', body: fileForm(name, new Uint8Array(content)) },
      headers: { authorization: `Bearer ${token}` },
    })
  }
}

async function countStored({ pool }: TestApp): Promise<number> {
  const { rows } = await pool.query<{ stored: number }>('select count(*)::int as stored from processed_files')
  return rows[0]?.stored ?? 0
}

async function ask(
  port: number,
  { bytes, isWhole, about }: MadeRequest,
  fuzzed: FuzzedHttp,
): Promise<Answer | null> {
  const complain = (message: string) =>
    fuzzed.findings.push({ message: `${about}: ${message}`, request: bytes.toString('latin1') })
  try {
    const answer = await send(port, bytes, isWhole)
    const { status } = answer
    fuzzed.statuses[status ?? 'closed'] = (fuzzed.statuses[status ?? 'closed'] ?? 0) + 1
    if (status === null && isWhole) complain('no answer')
    const complaint = status === null ? null : complaintAbout(answer, status, { bytes, isWhole })
    if (complaint !== null) complain(complaint)
    return answer
  } catch (error) {
    complain(String(error))
    return null
  }
}

function complaintAbout(
  { headers, body }: Answer,
  status: number,
  { bytes, isWhole }: Pick<MadeRequest, 'bytes' | 'isWhole'>,
): string | null {
  if (status >= 500 && status !== 503) return `${status} ${body.slice(0, 300)}`
  if (status === 503 && !headers.has('retry-after')) return '503 does not say when to come again'
  if (status < 400) return null
  const type = headers.get('content-type') ?? ''
  // A browser gets a page instead; HEAD has no body at all.
  if (type.startsWith('text/html') || bytes.subarray(0, 5).toString() === 'HEAD ') return null
  if (!type.startsWith('application/problem+json'))
    return `${status} of the type "${type}": ${body.slice(0, 200)}`
  // What was changed may be two requests, with an answer each.
  if (headers.has('content-encoding') || !isWhole) return null
  const problem = problemSchema.safeParse(parse(body))
  if (!problem.success) return `${status} is no problem: ${body.slice(0, 200)}`
  const known = Object.entries(PROBLEM_CODES).find(([code]) => code === problem.data.code)
  return known?.[1].status === status || status === 431
    ? null
    : `${status} with the code ${problem.data.code}: ${body.slice(0, 200)}`
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body.trimEnd().replace(/\r\n0$/, ''))
  } catch {
    return null
  }
}

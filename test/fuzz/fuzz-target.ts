import { setImmediate as turn } from 'node:timers/promises'
import { Random } from '../support/game-server/random.ts'
import type { Budget } from './budget.ts'
import type { Coverage } from './coverage.ts'
import { loadCounted } from './load-counted.ts'
import { mutate } from './mutate.ts'

/** Something that reads bytes from strangers. */
export interface Target<Subject> {
  name: string
  /** The text of a module in the server's folder: what is loaded, and counted. */
  entry: string
  /** Whose code is counted beside our own. */
  packages?: string[]
  seeds: () => Buffer[]
  /** Words of its format. */
  tokens: readonly string[]
  /** Reads the input, and throws where what comes out of it breaks a promise. */
  prepare: (subject: Subject) => (input: Buffer) => void | Promise<void>
}

interface Finding {
  message: string
  /** The smallest that was found to do it. */
  input: Buffer
}

export interface Fuzzed {
  inputs: number
  seconds: number
  /** Inputs that took a new way, kept and changed further. */
  kept: number
  coverage: ReturnType<Coverage['reached']>
  /** Milliseconds of the slowest input, without the first ones. */
  slowestMs: number
  findings: Finding[]
}

/** An input of at most 128 KB that takes longer stops all other senders for as long. */
const SLOW_MS = 400
const MOST_FINDINGS = 10
const SHRINK_MS = 30_000

/**
 * Changes known inputs again and again, and goes on from those that took a way through the code that none took before.
 */
export async function fuzzTarget<Subject>(target: Target<Subject>, budget: Budget): Promise<Fuzzed> {
  const { subject, coverage } = await loadCounted<Subject>(target.entry, target.packages)
  const run = target.prepare(subject)
  const random = new Random(budget.seed)
  const seeds = target.seeds()
  const corpus: Buffer[] = []
  const findings = new Map<string, Finding>()
  const startedAt = performance.now()
  let inputs = 0
  let slowestMs = 0

  async function attempt(input: Buffer): Promise<void> {
    coverage.reset()
    const before = performance.now()
    const message = await complaintOf(run, input)
    let tookMs = performance.now() - before
    inputs += 1
    if (coverage.countNew() > 0) corpus.push(input)
    if (message !== null && !findings.has(message)) {
      findings.set(message, { message, input: await shrink(run, input, message) })
    }
    // A busy machine makes things slow, but not three times in a row.
    for (let again = 0; again < 3 && tookMs > SLOW_MS; again += 1)
      tookMs = Math.min(tookMs, await timed(run, input))
    if (inputs > 100) slowestMs = Math.max(slowestMs, tookMs)
    if (tookMs > SLOW_MS) findings.set('slow', { message: `took ${Math.round(tookMs)} ms`, input })
  }

  for (const seed of seeds) await attempt(seed)
  while (inputs < budget.inputs && findings.size < MOST_FINDINGS) {
    if (performance.now() - startedAt > budget.seconds * 1000) break
    // What was found last leads further, more often than not.
    const parents = random.chance(0.5) ? corpus : corpus.slice(-32)
    await attempt(mutate(random.pick(parents), { random, tokens: target.tokens, corpus }))
    if (inputs % 500 === 0) await turn()
  }
  return {
    ...{ inputs, slowestMs, findings: [...findings.values()], kept: corpus.length },
    ...{ seconds: (performance.now() - startedAt) / 1000, coverage: coverage.reached() },
  }
}

type Run = (input: Buffer) => void | Promise<void>

async function complaintOf(run: Run, input: Buffer): Promise<string | null> {
  try {
    await run(input)
    return null
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : String(error)
  }
}

async function timed(run: Run, input: Buffer): Promise<number> {
  const before = performance.now()
  await complaintOf(run, input)
  return performance.now() - before
}

/** Leaves out what is not needed for the same complaint, in halves, quarters and so on. */
async function shrink(run: Run, input: Buffer, message: string): Promise<Buffer> {
  let smallest = input
  // One that hangs takes seconds each time.
  const end = performance.now() + SHRINK_MS
  for (
    let size = Math.ceil(input.length / 2), tries = 0;
    size >= 1 && tries < 400 && performance.now() < end;
    size = Math.floor(size / 2)
  ) {
    for (let at = 0; at < smallest.length && tries < 400 && performance.now() < end; tries += 1) {
      const shorter = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)])
      if ((await complaintOf(run, shorter)) === message) smallest = shorter
      else at += size
    }
  }
  return smallest
}

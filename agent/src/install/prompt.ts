import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** Questions to the person at the terminal. They go to standard error: standard output is for results. */
export interface Prompt {
  ask(question: string): Promise<string>
  /** What is typed is not shown. */
  askHidden(question: string): Promise<string>
}

/** Null where nobody can answer: standard input or standard error is no terminal. */
export function terminalPrompt(): Prompt | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null
  return { ask: question => read(question, true), askHidden: question => read(question, false) }
}

async function read(question: string, isShown: boolean): Promise<string> {
  process.stderr.write(question)
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({
    input: process.stdin,
    output: isShown ? process.stderr : hidden,
    terminal: true,
  })
  const ended = new AbortController()
  lines.once('SIGINT', () => ended.abort())
  lines.once('close', () => ended.abort())
  try {
    return (await lines.question('', { signal: ended.signal })).trim()
  } catch (error) {
    throw new Error('Nothing was answered, so nothing was changed.', { cause: error })
  } finally {
    lines.close()
    if (!isShown) process.stderr.write('\n')
  }
}

/** Longer than a password manager asks for its own password; after it, nobody is taken to be at the other end. */
const STDIN_WAIT_MS = 30_000
const MAX_TOKEN_CHARACTERS = 600

/** The first line of standard input (`printf %s "$TOKEN" | … install`); empty if there is none. */
export async function readTokenFromStdin(waitMs = STDIN_WAIT_MS): Promise<string> {
  let text = ''
  process.stdin.setEncoding('utf8')
  const timer = setTimeout(() => process.stdin.destroy(), waitMs)
  try {
    for await (const part of process.stdin) {
      text += String(part)
      if (text.includes('\n') || text.length > MAX_TOKEN_CHARACTERS) break
    }
  } catch {
    // Ended by the timer, or closed: what has come is what there is.
  } finally {
    clearTimeout(timer)
    process.stdin.destroy()
  }
  return text.split('\n')[0]?.trim() ?? ''
}

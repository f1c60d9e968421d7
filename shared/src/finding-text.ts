import type { Finding } from './finding.ts'
import { printable } from './printable.ts'

const MARKS = { ok: 'ok     ', warning: 'WARNING', failed: 'FAILED ' } as const

/** For a terminal: what was found, and below it what to do. */
export function findingText({ what, state, detail, advice }: Finding): string {
  return `${MARKS[state]} ${printable(`${what}: ${detail}`)}\n${advice ? `        ${printable(advice)}\n` : ''}`
}

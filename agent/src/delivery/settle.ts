/** What one look at a file says. */
export interface Look {
  bytes: number
  mtimeMs: number
}

/** A look, and since when (monotonic) it has been the same. */
export interface Settling extends Look {
  since: number
}

export type SettleVerdict = { kind: 'settled' } | { kind: 'wait'; ms: number }

/** The game writes a file in one frame (8-50 ms): whole lines that stood still for this long are the file. */
export const QUIET_MS = 150
/** A last line without its end: a writer that has stalled, or one that died. Then even a cut is worth sending. */
export const QUIET_WHEN_CUT_MS = 2_000

export function observe(before: Settling | null, look: Look, now: number): Settling {
  if (before && isSameLook(before, look)) return before
  return { bytes: look.bytes, mtimeMs: look.mtimeMs, since: now }
}

/**
 * Whether a file has stopped growing. Without the content (null) the verdict is only whether to read it already.
 * No rule can tell a cut at a line end from a whole file: such a file is sent, and its longer version replaces it.
 */
export function settle(
  file: Settling,
  now: number,
  content: Uint8Array | null,
  quietMs = QUIET_MS,
): SettleVerdict {
  const needed = content === null || endsWithLine(content) ? quietMs : Math.max(quietMs, QUIET_WHEN_CUT_MS)
  const left = file.since + needed - now
  return left <= 0 ? { kind: 'settled' } : { kind: 'wait', ms: left }
}

export function isSameLook(a: Look, b: Look): boolean {
  return a.bytes === b.bytes && a.mtimeMs === b.mtimeMs
}

function endsWithLine(content: Uint8Array): boolean {
  return content.at(-1) === 0x0a
}

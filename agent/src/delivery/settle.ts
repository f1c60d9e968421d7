/** What one look at a file says. */
export interface Look {
  bytes: number
  mtimeMs: number
}

/** A look, and since when (monotonic) it has been the same. */
export interface Settling extends Look {
  since: number
  /** The longest time for which it stood still before it changed again: how its writer pauses. 0: not seen to change. */
  pauseMs: number
}

export type SettleVerdict = { kind: 'settled' } | { kind: 'wait'; ms: number }

/**
 * The game writes a file in one frame (8 to 50 ms) and in pieces that end where its buffer was full, which is hardly
 * ever the end of a line. So whole lines that two looks this far apart find unmoved are the file.
 */
export const QUIET_MS = 25
/** A writer that has paused pauses again: it is given three times its longest pause, up to this. */
export const QUIET_FOR_SLOW_MS = 150
const PAUSES = 3
/** A last line without its end: a writer that has stalled, or one that died. Then even a cut is worth sending. */
export const QUIET_WHEN_CUT_MS = 2_000

export function observe(before: Settling | null, look: Look, now: number): Settling {
  if (before && isSameLook(before, look)) return before
  const pauseMs = before ? Math.max(before.pauseMs, now - before.since) : 0
  return { bytes: look.bytes, mtimeMs: look.mtimeMs, since: now, pauseMs }
}

/**
 * Whether a file is whole: by its content, and by how it came. Without the content (null) the verdict is only whether
 * to read it already. No rule can tell a cut at a line end from a whole file: such a file is sent, and its longer
 * version replaces it. `quietMs`: the least that this source can tell.
 */
export function settle(
  file: Settling,
  now: number,
  content: Uint8Array | null,
  quietMs = QUIET_MS,
): SettleVerdict {
  const whole = Math.max(quietMs, Math.min(file.pauseMs * PAUSES, QUIET_FOR_SLOW_MS))
  const needed = content === null || endsWithLine(content) ? whole : Math.max(whole, QUIET_WHEN_CUT_MS)
  const left = file.since + needed - now
  return left <= 0 ? { kind: 'settled' } : { kind: 'wait', ms: left }
}

export function isSameLook(a: Look, b: Look): boolean {
  return a.bytes === b.bytes && a.mtimeMs === b.mtimeMs
}

function endsWithLine(content: Uint8Array): boolean {
  return content.at(-1) === 0x0a
}

/** A sender whose files are refused tries again and again: an error for each would leave room for no other in errors.log. */
const SILENCE_MS = 60_000

/** Whether a trouble is to be told: the first time, and then once a minute. Keys: a few for each game server. */
export type IsNews = (trouble: string) => boolean

export function onceAMinute(): IsNews {
  const toldAt = new Map<string, number>()
  return trouble => {
    const now = performance.now()
    if (now - (toldAt.get(trouble) ?? Number.NEGATIVE_INFINITY) < SILENCE_MS) return false
    toldAt.set(trouble, now)
    return true
  }
}

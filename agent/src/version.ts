import manifest from '../package.json' with { type: 'json' }

/** Stands in the user agent, in `status` and in the heartbeat. The one-file build has it written in. */
export const VERSION: string = manifest.version
export const USER_AGENT = `debrief-agent/${VERSION} (+node)`

/** Whether `version` comes before `other`: by their numbers, what stands behind a `-` left aside. */
export function isOlder(version: string, other: string): boolean {
  const [mine, theirs] = [version, other].map(text => text.split('-')[0]?.split('.').map(Number) ?? [])
  for (const [at, number] of (theirs ?? []).entries()) {
    const own = mine?.[at] ?? 0
    if (own !== number) return own < number
  }
  return false
}

import manifest from '../package.json' with { type: 'json' }

/** Stands in the user agent, in `status` and in the heartbeat. The one-file build has it written in. */
export const VERSION: string = manifest.version
export const USER_AGENT = `debrief-agent/${VERSION} (+node)`

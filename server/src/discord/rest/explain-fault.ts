import { DiscordAPIError, DiscordjsError, DiscordjsErrorCodes, HTTPError } from 'discord.js'

/**
 * - `token`: refused. `intents`: the message-content intent is not allowed.
 * - `permissions`, `channel`: this channel cannot be written to, or is gone.
 * - `message`: the message was deleted. `invalid`: Discord will never take this request as it is.
 * - `away`: everything that time mends. `bug`: ours.
 */
export interface Fault {
  kind: 'token' | 'intents' | 'permissions' | 'channel' | 'message' | 'invalid' | 'away' | 'bug'
  /** What is wrong and what to do. */
  sentence: string
  /** The request was not applied; without this nobody knows. */
  refused: boolean
}

/** Reads what discord.js threw. */
export function explainFault(error: unknown): Fault {
  if (error instanceof DiscordAPIError) return explainAnswer(error)
  if (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid) return TOKEN
  if (error instanceof HTTPError) {
    return {
      kind: 'away',
      sentence: `Discord answers ${error.status}; it is tried again.`,
      refused: false,
    }
  }
  const reason = error instanceof Error ? error.message : String(error)
  if (reason === 'Used disallowed intents') return INTENTS
  if (reason === 'Authentication failed') return TOKEN
  // After a 401 discord.js forgets the token, and says this of every request that follows.
  if (reason.startsWith('Expected token to be set')) return TOKEN
  if (error instanceof Error && !isNetwork(error)) return { kind: 'bug', sentence: reason, refused: false }
  return {
    kind: 'away',
    sentence: `Discord cannot be reached (${deepest(error) ?? reason}); it is tried again.`,
    refused: false,
  }
}

/** Connections fail with a code (ECONNRESET, UND_ERR_SOCKET), time-outs with AbortError. */
function isNetwork(error: Error): boolean {
  return error.name === 'AbortError' || 'code' in error
}

export const TOKEN: Fault = {
  kind: 'token',
  sentence:
    'Discord refuses DISCORD_TOKEN. Copy the bot’s token anew from https://discord.com/developers/applications ' +
    '(Bot, Reset Token), set it and restart; the old one is tried again every ten minutes.',
  refused: true,
}

export const INTENTS: Fault = {
  kind: 'intents',
  sentence:
    'The bot may not read messages, so commands with "!" do nothing; slash commands and mentions work. To change ' +
    'that, switch on "Message Content Intent" at https://discord.com/developers/applications (Bot) and restart.',
  refused: true,
}

const UNKNOWN_CHANNEL = 10_003
const UNKNOWN_MESSAGE = 10_008
const MISSING_ACCESS = 50_001
const MISSING_PERMISSIONS = 50_013

function explainAnswer(error: DiscordAPIError): Fault {
  const refused = true
  if (error.status === 401) return TOKEN
  switch (error.code) {
    case UNKNOWN_CHANNEL:
      return {
        kind: 'channel',
        sentence: `Discord knows no channel ${channelOf(error)}. Was it deleted? Set the channel's id and restart.`,
        refused,
      }
    case UNKNOWN_MESSAGE:
      return { kind: 'message', sentence: 'The message was deleted in Discord.', refused }
    case MISSING_ACCESS:
    case MISSING_PERMISSIONS:
      return {
        kind: 'permissions',
        sentence:
          `The bot may not write in channel ${channelOf(error)} (${error.message}). Give it View Channel, Send Messages, ` +
          'Embed Links, Attach Files and Read Message History there; `debrief discord check` says which are missing.',
        refused,
      }
    default:
      // 408 and 409 are not the request's fault; 404 of an address that is no Discord is not either.
      return error.status === 400 || error.status === 413
        ? { kind: 'invalid', sentence: `Discord does not take this: ${error.message}`, refused }
        : { kind: 'away', sentence: `Discord answers ${error.status}: ${error.message}`, refused }
  }
}

function channelOf({ url }: DiscordAPIError): string {
  return /\/channels\/(\d+)/.exec(url)?.[1] ?? '(unknown)'
}

function deepest(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  const code: unknown = Reflect.get(error, 'code')
  return deepest(error.cause) ?? (typeof code === 'string' && !error.message ? code : error.message)
}

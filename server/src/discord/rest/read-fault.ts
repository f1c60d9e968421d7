import { DiscordAPIError, DiscordjsError, DiscordjsErrorCodes, HTTPError } from 'discord.js'
import { DiscordFault } from './discord-fault.ts'

/** Reads what discord.js threw of a request or a login. Null: it says nothing of Discord, so it is a bug of ours. */
export function readFault(error: unknown): DiscordFault | null {
  if (error instanceof DiscordFault) return error
  if (error instanceof DiscordAPIError) return readAnswer(error)
  if (error instanceof HTTPError) return away(`Discord answers ${error.status}; it is tried again.`, error)
  if (!(error instanceof Error)) return null
  if (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid)
    return tokenRefused(error)
  // Said by discord.js of a gateway that closed with 4014 and 4004.
  if (error.message === 'Used disallowed intents') return intentsRefused(error)
  if (error.message === 'Authentication failed') return tokenRefused(error)
  // After a 401 discord.js forgets the token, and says this of every request that follows.
  if (error.message.startsWith('Expected token to be set')) return tokenRefused(error)
  const transport = findTransportFault(error)
  return transport === null
    ? null
    : away(`Discord cannot be reached (${transport}); it is tried again.`, error)
}

export const TOKEN_REFUSED =
  'Discord refuses DISCORD_TOKEN. Copy the bot’s token anew from https://discord.com/developers/applications ' +
  '(Bot, Reset Token), set it and restart; the old one is tried again every ten minutes.'

export function tokenRefused(cause?: unknown): DiscordFault {
  return new DiscordFault({ kind: 'token', sentence: TOKEN_REFUSED, refused: true, cause })
}

export function intentsRefused(cause?: unknown): DiscordFault {
  return new DiscordFault({
    kind: 'intents',
    sentence:
      'The bot may not read messages, so commands with "!" do nothing; slash commands and mentions work. To change ' +
      'that, switch on "Message Content Intent" at https://discord.com/developers/applications (Bot) and restart.',
    refused: true,
    cause,
  })
}

export function away(sentence: string, cause?: unknown): DiscordFault {
  return new DiscordFault({ kind: 'away', sentence, refused: false, cause })
}

const UNKNOWN_CHANNEL = 10_003
const UNKNOWN_MESSAGE = 10_008
const MISSING_ACCESS = 50_001
const MISSING_PERMISSIONS = 50_013

function readAnswer(error: DiscordAPIError): DiscordFault {
  const refuse = (kind: DiscordFault['kind'], sentence: string) =>
    new DiscordFault({ kind, sentence, refused: true, status: error.status, code: error.code, cause: error })
  if (error.status === 401) return tokenRefused(error)
  switch (error.code) {
    case UNKNOWN_CHANNEL:
      return refuse(
        'channel',
        `Discord knows no channel ${channelOf(error)}. Was it deleted? Set the channel's id and restart.`,
      )
    case UNKNOWN_MESSAGE:
      return refuse('message', 'The message was deleted in Discord.')
    case MISSING_ACCESS:
    case MISSING_PERMISSIONS:
      return refuse(
        'permissions',
        `The bot may not write in channel ${channelOf(error)} (${error.message}). Give it View Channel, Send Messages, ` +
          'Embed Links, Attach Files and Read Message History there; `debrief discord check` says which are missing.',
      )
    default:
      // 408 and 409 are not the request's fault; 404 of an address that is no Discord is not either.
      return error.status === 400 || error.status === 413
        ? refuse('invalid', `Discord does not take this: ${error.message}`)
        : refuse('away', `Discord answers ${error.status}: ${error.message}`)
  }
}

function channelOf({ url }: DiscordAPIError): string {
  return /\/channels\/(\d+)/.exec(url)?.[1] ?? '(unknown)'
}

/** The system's (ECONNRESET), undici's (UND_ERR_SOCKET), its parser's (HPE_…), and those of a certificate. */
const TRANSPORT_CODE =
  /^(E[A-Z]+|UND_ERR_(?!INVALID|NOT_SUPPORTED)\w+|HPE_\w+|(CERT|UNABLE|DEPTH|SELF_SIGNED|HOSTNAME)_\w+|ERR_(TLS|SSL)_\w+)$/

/** What went wrong on the way to Discord, in words; null: nothing did. Time-outs are AbortErrors without a code. */
function findTransportFault(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  const deeper = error instanceof AggregateError ? error.errors : [error.cause]
  for (const one of deeper) {
    const found = findTransportFault(one)
    if (found !== null) return found
  }
  const code: unknown = Reflect.get(error, 'code')
  if (typeof code === 'string' && TRANSPORT_CODE.test(code)) return error.message || code
  return error.name === 'AbortError' || error.name === 'TimeoutError' ? error.message : null
}

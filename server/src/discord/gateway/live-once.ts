import { Events, GatewayCloseCodes } from 'discord.js'
import type { DiscordFault } from '../rest/discord-fault.ts'
import { away, intentsRefused, readFault, tokenRefused } from '../rest/read-fault.ts'
import type { GatewayContext } from './gateway-context.ts'
import { openClient } from './open-client.ts'

/** Longer than discord.js waits for a handshake; it may also try for ever, and then nobody would hear of it. */
const LOGIN_MS = 45_000
/** discord.js reconnects by itself; where it has not for so long, a new client begins from nothing. */
const RECONNECT_MS = 60_000

/** Why it ended, and whether it had been connected before. */
export interface End {
  fault: DiscordFault
  wasOnline: boolean
}

/** One client from login to its end. */
export async function liveOnce(
  context: GatewayContext,
  readsMessages: boolean,
  signal: AbortSignal,
): Promise<End> {
  const { config, log, gate, setState } = context
  const { client, onPacket, close } = openClient(config, readsMessages)
  const ended = withResolvers<DiscordFault>()
  let wasOnline = false
  let watchdog = setTimeout(() => ended.resolve(tooLong('log in', LOGIN_MS)), LOGIN_MS)
  const online = () => {
    wasOnline = true
    clearTimeout(watchdog)
    setState('online')
  }
  const offline = () => {
    context.onConnectionLost()
    setState(wasOnline ? 'reconnecting' : 'connecting')
    if (!wasOnline) return
    clearTimeout(watchdog)
    watchdog = setTimeout(() => ended.resolve(tooLong('reconnect', RECONNECT_MS)), RECONNECT_MS)
  }
  const stop = () => ended.resolve(away('The bot pauses.'))
  signal.addEventListener('abort', stop, { once: true })
  const forget = gate.onClose(() => ended.resolve(tokenRefused()))

  onPacket(context.onPacket)
  client.on(Events.ClientReady, ready => {
    gate.open(ready.user.id)
    log.info({ user: ready.user.tag, readsMessages }, 'The bot is online')
    online()
    context.onReady(ready)
  })
  client.on(Events.ShardReconnecting, offline)
  client.on(Events.ShardResume, online)
  client.on(Events.ShardReady, () => {
    if (wasOnline) online()
  })
  client.on(Events.ShardDisconnect, ({ code }) => ended.resolve(closedWith(code)))
  client.on(Events.ShardError, error => log.debug({ err: error }, 'The gateway’s connection failed'))
  client.on(Events.Invalidated, () => ended.resolve(tooLong('keep its session', 0)))
  client.login(config.token ?? '').catch(error => ended.resolve(explainLogin(error)))

  const fault = await ended.promise
  clearTimeout(watchdog)
  forget()
  signal.removeEventListener('abort', stop)
  context.onConnectionLost()
  await close()
  return { fault, wasOnline }
}

/** Whatever discord.js says of a login, another try later is right; it is no fault of an event. */
function explainLogin(error: unknown): DiscordFault {
  const fault = readFault(error)
  if (fault?.kind === 'token' || fault?.kind === 'intents') return fault
  const reason = fault?.sentence ?? (error instanceof Error ? error.message : String(error))
  return away(`Discord’s gateway cannot be reached: ${reason}`, error)
}

function closedWith(code: number): DiscordFault {
  if (code === GatewayCloseCodes.AuthenticationFailed) return tokenRefused()
  if (code === GatewayCloseCodes.DisallowedIntents) return intentsRefused()
  return away(`Discord’s gateway closed the connection with ${code}; it is tried again.`)
}

function tooLong(deed: string, ms: number): DiscordFault {
  return away(`The bot could not ${deed}${ms > 0 ? ` within ${ms / 1000} s` : ''}; it is tried again.`)
}

/** Promise.withResolvers is newer than Node 20. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>(settle => {
    resolve = settle
  })
  return { promise, resolve }
}

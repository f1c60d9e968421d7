import { Events, GatewayCloseCodes } from 'discord.js'
import { explainFault, type Fault, INTENTS, TOKEN } from '../rest/explain-fault.ts'
import { openClient } from './open-client.ts'
import type { GatewayDeps } from './stay-online.ts'

/** Longer than discord.js waits for a handshake; it may also try for ever, and then nobody would hear of it. */
const LOGIN_MS = 45_000
/** discord.js reconnects by itself; where it has not for so long, a new client begins from nothing. */
const RECONNECT_MS = 60_000

/** `online`: it was connected, and then came this fault. Else the fault came before. */
export type End = Fault | { kind: 'online'; fault: Fault }

/** One client from login to its end. */
export async function liveOnce(deps: GatewayDeps, readsMessages: boolean, signal: AbortSignal): Promise<End> {
  const { config, log, gate, setState } = deps
  const { client, onPacket, close } = openClient(config, readsMessages)
  const ended = withResolvers<Fault>()
  let wasOnline = false
  let watchdog = setTimeout(() => ended.resolve(tooLong('log in', LOGIN_MS)), LOGIN_MS)
  const online = () => {
    wasOnline = true
    clearTimeout(watchdog)
    setState('online')
  }
  const offline = () => {
    deps.onConnectionLost()
    setState(wasOnline ? 'reconnecting' : 'connecting')
    if (!wasOnline) return
    clearTimeout(watchdog)
    watchdog = setTimeout(() => ended.resolve(tooLong('reconnect', RECONNECT_MS)), RECONNECT_MS)
  }
  const stop = () => ended.resolve(explainFault(new Error('The server stops.')))
  signal.addEventListener('abort', stop, { once: true })
  const forget = gate.onClose(() => ended.resolve(TOKEN))

  onPacket(deps.onPacket)
  client.on(Events.ClientReady, ready => {
    gate.open(ready.user.id)
    log.info({ user: ready.user.tag, readsMessages }, 'The bot is online')
    online()
    deps.onReady(ready)
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
  deps.onConnectionLost()
  await close()
  return wasOnline ? { kind: 'online', fault } : fault
}

/** Whatever discord.js says of a login, another try later is right; it is no fault of an event. */
function explainLogin(error: unknown): Fault {
  const fault = explainFault(error)
  if (fault.kind === 'token' || fault.kind === 'intents') return fault
  return { kind: 'away', sentence: `Discord’s gateway cannot be reached: ${fault.sentence}`, refused: false }
}

function closedWith(code: number): Fault {
  if (code === GatewayCloseCodes.AuthenticationFailed) return TOKEN
  if (code === GatewayCloseCodes.DisallowedIntents) return INTENTS
  return {
    kind: 'away',
    sentence: `Discord’s gateway closed the connection with ${code}; it is tried again.`,
    refused: false,
  }
}

function tooLong(deed: string, ms: number): Fault {
  const sentence = `The bot could not ${deed}${ms > 0 ? ` within ${ms / 1000} s` : ''}; it is tried again.`
  return { kind: 'away', sentence, refused: false }
}

/** Promise.withResolvers is newer than Node 20. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>(settle => {
    resolve = settle
  })
  return { promise, resolve }
}

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import { type DiscordState, snowflake } from './state.ts'

export interface Gateway {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Sends an event to every session; who is away gets it when it resumes. */
  dispatch(type: string, data: object): void
  /** How many sessions are connected and identified. */
  connected(): number
  identifies: { intents: number; at: number }[]
  resumes: number
  /** Ends every connection; with a code, properly. */
  drop(code?: number): void
  /** Op 7: "reconnect, please". */
  askToReconnect(): void
  /** Op 9 on the live connections; sessions cannot be resumed. */
  invalidate(): void
  mode: 'up' | 'refuse' | 'hang' | 'silent'
}

interface Session {
  id: string
  intents: number
  socket: WebSocket | null
  sequence: number
  events: { s: number; text: string }[]
}

const MESSAGE_CONTENT = 1 << 15
const NEEDED_INTENT: Record<string, number> = { MESSAGE_CREATE: 1 << 9, VOICE_STATE_UPDATE: 1 << 7 }
const packetSchema = z.object({ op: z.number(), d: z.unknown() })
const identifySchema = z.looseObject({ token: z.string(), intents: z.number() })
const resumeSchema = z.object({ token: z.string(), session_id: z.string(), seq: z.number() })

/** The gateway: hello, identify, ready, guilds, heartbeats, resume, and its documented ways to end. */
export function createGateway(state: DiscordState): Gateway {
  const server = new WebSocketServer({ noServer: true })
  const sessions = new Map<string, Session>()
  const sockets = new Set<WebSocket>()
  const raw = new Set<Duplex>()

  const gateway: Gateway = {
    identifies: [],
    resumes: 0,
    mode: 'up',
    upgrade(request, socket, head) {
      raw.add(socket)
      socket.once('close', () => raw.delete(socket))
      socket.on('error', () => socket.destroy())
      if (gateway.mode === 'refuse') {
        socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n')
        return
      }
      if (gateway.mode === 'hang') return
      server.handleUpgrade(request, socket, head, accept)
    },
    dispatch(type, data) {
      for (const session of sessions.values()) {
        const allowed = allow(state, session.intents, type, data)
        if (allowed) send(session, type, allowed)
      }
    },
    connected: () => [...sessions.values()].filter(session => session.socket).length,
    drop(code) {
      for (const socket of sockets) {
        if (code === undefined) socket.terminate()
        else socket.close(code)
      }
      if (code === undefined) for (const socket of raw) socket.destroy()
    },
    askToReconnect() {
      for (const socket of sockets) socket.send(JSON.stringify({ op: 7, d: null }))
    },
    invalidate() {
      sessions.clear()
      for (const socket of sockets) socket.send(JSON.stringify({ op: 9, d: false }))
    },
  }
  return gateway

  function accept(socket: WebSocket): void {
    sockets.add(socket)
    let session: Session | null = null
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      sockets.delete(socket)
      if (session?.socket === socket) session.socket = null
    })
    socket.on('message', (text: Buffer) => {
      const { op, d } = packetSchema.parse(JSON.parse(text.toString('utf8')))
      if (op === 1) socket.send(JSON.stringify({ op: 11 }))
      else if (op === 2) session = identify(socket, identifySchema.parse(d))
      else if (op === 6) session = resume(socket, resumeSchema.parse(d))
    })
    if (gateway.mode === 'silent') return
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: state.heartbeatMs } }))
  }

  function identify(socket: WebSocket, { token, intents }: z.infer<typeof identifySchema>): Session | null {
    gateway.identifies.push({ intents, at: Date.now() })
    if (token !== state.token) {
      socket.close(4004, 'Authentication failed.')
      return null
    }
    if (intents & MESSAGE_CONTENT && !state.messageContentAllowed) {
      socket.close(4014, 'Disallowed intent(s).')
      return null
    }
    const session: Session = { id: `session-${snowflake()}`, intents, socket, sequence: 0, events: [] }
    // One connection of one bot: an older session of it ends here, as nothing resumes it any more.
    sessions.set(session.id, session)
    send(session, 'READY', {
      v: 10,
      user: state.botUser(),
      guilds: [{ id: state.guildId, unavailable: true }],
      session_id: session.id,
      resume_gateway_url: state.gatewayUrl,
      shard: [0, 1],
      application: { id: state.botId, flags: 1 << 19 },
    })
    if (state.guildAvailable) send(session, 'GUILD_CREATE', state.guildCreate())
    return session
  }

  function resume(
    socket: WebSocket,
    { token, session_id, seq }: z.infer<typeof resumeSchema>,
  ): Session | null {
    const session = sessions.get(session_id)
    if (token !== state.token || !session) {
      socket.send(JSON.stringify({ op: 9, d: false }))
      return null
    }
    gateway.resumes += 1
    session.socket = socket
    for (const event of session.events) if (event.s > seq) socket.send(event.text)
    send(session, 'RESUMED', {})
    return session
  }
}

/** What a session with these intents is told of an event; null: nothing. */
function allow(state: DiscordState, intents: number, type: string, data: object): object | null {
  const needed = NEEDED_INTENT[type]
  if (needed !== undefined && !(intents & needed)) return null
  if (type !== 'MESSAGE_CREATE' || intents & MESSAGE_CONTENT) return data
  const mentioned = 'content' in data && String(data.content).includes(`<@${state.botId}>`)
  return mentioned ? data : { ...data, content: '', embeds: [], attachments: [], components: [] }
}

function send(session: Session, type: string, data: object): void {
  session.sequence += 1
  const text = JSON.stringify({ op: 0, t: type, s: session.sequence, d: data })
  session.events.push({ s: session.sequence, text })
  session.socket?.send(text)
}

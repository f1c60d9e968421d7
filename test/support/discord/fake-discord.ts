import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGateway, type Gateway } from './gateway.ts'
import { handleRequest } from './rest.ts'
import {
  createState,
  type DiscordState,
  type Fault,
  type InteractionRecord,
  type SeenRequest,
  type StoredMessage,
  snowflake,
} from './state.ts'

export interface FakeDiscord {
  /** For DISCORD_API_URL. */
  apiUrl: string
  state: DiscordState
  gateway: Gateway
  requests: SeenRequest[]
  /** Decides, request by request, how Discord fails; null: it does not. */
  misbehave(decide: (request: SeenRequest) => Fault | null): void
  /** What stands in a channel now, oldest first. */
  messages(channelId?: string): StoredMessage[]
  /** Somebody writes in a channel; answers the message's id. */
  say(content: string, options?: { channelId?: string; userId?: string }): string
  /** Somebody uses a slash command, a button or a half-typed option. */
  interact(
    data: object,
    options?: { type?: number; channelId?: string; messageId?: string },
  ): InteractionRecord
  /** Somebody enters a voice channel, or leaves with null. */
  voice(userId: string, channelId: string | null, options?: { bot?: boolean }): void
  stop(): Promise<void>
  /** On the same port. */
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * Discord, version 10, as far as the bot touches it: REST and gateway over real connections, the documented limits
 * enforced, and every failure that has been seen on demand. discord.js connects to it unmodified.
 */
export async function startFakeDiscord(options: Partial<DiscordState> = {}): Promise<FakeDiscord> {
  const state = Object.assign(createState(), options)
  const gateway = createGateway(state)
  const requests: SeenRequest[] = []
  let decide: (request: SeenRequest) => Fault | null = () => null
  let server: Server
  let port = 0

  async function start(): Promise<void> {
    server = createServer((request, response) => {
      handleRequest(
        { state, gateway, requests, decide: seen => decide(seen), port },
        request,
        response,
      ).catch(error => {
        console.error('The stand-in for Discord has a fault of its own:', error)
        response.destroy()
      })
    })
    server.on('upgrade', gateway.upgrade)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    port = (server.address() as AddressInfo).port
    state.gatewayUrl = `ws://127.0.0.1:${port}/gateway`
  }

  async function stop(): Promise<void> {
    gateway.drop()
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  }

  await start()
  return {
    apiUrl: `http://127.0.0.1:${port}/api`,
    state,
    gateway,
    requests,
    misbehave(how) {
      decide = how
    },
    messages: (channelId = state.statsChannelId) => state.channels.get(channelId)?.messages ?? [],
    say(content, { channelId = state.statsChannelId, userId = '500' } = {}) {
      const message: StoredMessage = {
        id: snowflake(),
        channel_id: channelId,
        author: {
          id: userId,
          username: `user${userId}`,
          discriminator: '0',
          avatar: null,
          global_name: null,
        },
        content,
        timestamp: new Date().toISOString(),
        edited_timestamp: null,
        tts: false,
        mention_everyone: false,
        mentions: content.includes(`<@${state.botId}>`) ? [state.botUser()] : [],
        mention_roles: [],
        attachments: [],
        embeds: [],
        pinned: false,
        type: 0,
      }
      state.channels.get(channelId)?.messages.push(message)
      gateway.dispatch('MESSAGE_CREATE', {
        ...message,
        guild_id: state.guildId,
        member: state.member(userId),
      })
      return message.id
    },
    interact(data, { type = 2, channelId = state.statsChannelId, messageId } = {}) {
      const id = snowflake()
      const record: InteractionRecord = {
        id,
        token: `interaction-${id}`,
        at: Date.now(),
        channelId,
        type,
        messageId: messageId ?? null,
        callbacks: [],
        original: null,
        ephemeral: false,
        followups: [],
      }
      state.interactions.set(record.token, record)
      const message = messageId ? state.findMessage(messageId) : undefined
      gateway.dispatch('INTERACTION_CREATE', {
        id,
        application_id: state.botId,
        type,
        token: record.token,
        version: 1,
        guild_id: state.guildId,
        guild: { id: state.guildId, locale: 'en-US', features: [] },
        channel_id: channelId,
        channel: {
          id: channelId,
          type: 0,
          name: 'stats',
          guild_id: state.guildId,
          permissions: '2147483647',
        },
        member: { ...state.member('500'), permissions: '2147483647' },
        app_permissions: state.appPermissions,
        locale: 'en-US',
        guild_locale: 'en-US',
        entitlements: [],
        authorizing_integration_owners: {},
        context: 0,
        attachment_size_limit: 10_485_760,
        data,
        ...(message && { message }),
      })
      return record
    },
    voice(userId, channelId, { bot = false } = {}) {
      if (bot) state.botUserIds.add(userId)
      if (channelId === null) state.voice.delete(userId)
      else state.voice.set(userId, channelId)
      gateway.dispatch('VOICE_STATE_UPDATE', {
        ...state.voiceState(userId, channelId),
        guild_id: state.guildId,
        member: state.member(userId),
      })
    },
    stop,
    start,
    async close() {
      decide = () => null
      await stop()
    },
  }
}

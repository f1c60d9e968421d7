import type { APIEmbed } from 'discord-api-types/v10'

/**
 * - `limit`: 429 for this long. `error`: this status, nothing applied. `applied-error`: applied, answered with this.
 * - `drop`: the connection ends, nothing applied. `lost`: applied, then the connection ends.
 * - `slow`: applied after this long. `hang`: no answer ever, nothing applied.
 */
export type Fault =
  | { kind: 'limit'; seconds: number; global?: boolean }
  | { kind: 'error' | 'applied-error'; status: number }
  | { kind: 'drop' }
  | { kind: 'lost' }
  | { kind: 'slow'; ms: number }
  | { kind: 'hang' }

export interface SeenRequest {
  method: string
  /** Without `/api/v10`. */
  path: string
  at: number
  nonce: string | null
  fault: Fault | null
  status: number | null
}

export interface StoredMessage {
  id: string
  channel_id: string
  author: { id: string; [key: string]: unknown }
  content: string
  timestamp: string
  edited_timestamp: string | null
  tts: boolean
  mention_everyone: boolean
  mentions: object[]
  mention_roles: string[]
  attachments: { id: string; filename: string; size: number; url: string; proxy_url: string }[]
  embeds: APIEmbed[]
  components?: unknown[]
  pinned: boolean
  type: number
  flags?: number
  /** Not told by a listing: Discord keeps it for the answer alone. */
  nonce?: string
  edits?: number
  pings?: boolean
  files?: { name: string; content: Buffer }[]
  reply_to?: string
}

export interface InteractionRecord {
  id: string
  token: string
  at: number
  channelId: string
  type: number
  messageId: string | null
  callbacks: { type: number; data?: Record<string, unknown>; at: number }[]
  original: StoredMessage | null
  ephemeral: boolean
  followups: StoredMessage[]
}

interface Channel {
  id: string
  type: number
  name: string
  messages: StoredMessage[]
  overwrites: { id: string; type: 0 | 1; allow: string; deny: string }[]
}

export type DiscordState = ReturnType<typeof createState>

const EPOCH = 1_420_070_400_000n
let serial = 0n

export function snowflake(at = Date.now()): string {
  serial += 1n
  return String(((BigInt(at) - EPOCH) << 22n) | (serial & 0x3fffffn))
}

/** One guild with a text channel, an admin channel and two voice channels; all of it may be changed by a test. */
export function createState() {
  const channel = (id: string, type: number, name: string): [string, Channel] => [
    id,
    { id, type, name, messages: [], overwrites: [] },
  ]
  const state = {
    token: 'right.discord.token',
    botId: '1001',
    guildId: '2001',
    statsChannelId: '3001',
    adminChannelId: '3002',
    gatewayUrl: '',
    /** The developer portal's switch. */
    messageContentAllowed: true,
    nonceWindowMs: 180_000,
    heartbeatMs: 41_250,
    /** Requests that a channel takes in five seconds; the documented answer beyond is 429. */
    channelBurst: Number.POSITIVE_INFINITY,
    listsMessages: true,
    /** Of @everyone: View Channel, Send Messages, Embed Links, Attach Files, Read Message History. */
    permissions: String(0x400 + 0x800 + 0x4000 + 0x8000 + 0x10000),
    appPermissions: String(0x400 + 0x800 + 0x4000 + 0x8000 + 0x10000),
    channels: new Map([
      channel('3001', 0, 'stats'),
      channel('3002', 0, 'admin'),
      channel('4001', 2, 'gaming'),
      channel('4002', 2, 'gaming 2'),
    ]),
    voice: new Map<string, string>(),
    botUserIds: new Set<string>(),
    guildAvailable: true,
    commands: [] as Record<string, unknown>[],
    commandWrites: 0,
    interactions: new Map<string, InteractionRecord>(),
    botUser: () => ({
      id: state.botId,
      username: 'Debrief',
      discriminator: '0',
      avatar: null,
      global_name: null,
      bot: true,
    }),
    member: (userId: string) => ({
      user: {
        id: userId,
        username: `user${userId}`,
        discriminator: '0',
        avatar: null,
        global_name: null,
        bot: state.botUserIds.has(userId) || userId === state.botId,
      },
      roles: [],
      joined_at: '2020-01-01T00:00:00.000Z',
      deaf: false,
      mute: false,
      flags: 0,
      nick: null,
      avatar: null,
      premium_since: null,
    }),
    voiceState: (userId: string, channelId: string | null) => ({
      user_id: userId,
      channel_id: channelId,
      session_id: `voice-${userId}`,
      deaf: false,
      mute: false,
      self_deaf: false,
      self_mute: false,
      self_video: false,
      suppress: false,
      request_to_speak_timestamp: null,
    }),
    guild: () => ({
      id: state.guildId,
      name: 'The Guild',
      owner_id: '9',
      roles: [{ id: state.guildId, name: '@everyone', permissions: state.permissions, position: 0 }],
      emojis: [],
      stickers: [],
      features: [],
      icon: null,
      afk_timeout: 300,
      verification_level: 0,
      default_message_notifications: 0,
      explicit_content_filter: 0,
      mfa_level: 0,
      system_channel_flags: 0,
      premium_tier: 0,
      preferred_locale: 'en-US',
      nsfw_level: 0,
    }),
    guildCreate: () => ({
      ...state.guild(),
      joined_at: '2020-01-01T00:00:00.000Z',
      large: false,
      member_count: 10,
      // As without the members intent: the bot, and who is in voice.
      members: [state.botId, ...state.voice.keys()].map(state.member),
      channels: [...state.channels.values()].map(({ id, type, name, overwrites }) => ({
        id,
        type,
        name,
        position: 0,
        permission_overwrites: overwrites,
      })),
      voice_states: [...state.voice].map(([user, channelId]) => state.voiceState(user, channelId)),
      threads: [],
      presences: [],
      stage_instances: [],
      guild_scheduled_events: [],
      soundboard_sounds: [],
    }),
    findMessage: (id: string): StoredMessage | undefined => {
      for (const { messages } of state.channels.values()) {
        const found = messages.find(message => message.id === id)
        if (found) return found
      }
      for (const { original, followups } of state.interactions.values()) {
        const found = [original, ...followups].find(message => message?.id === id)
        if (found) return found
      }
      return undefined
    },
  }
  return state
}

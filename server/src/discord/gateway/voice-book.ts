import type { GatewayDispatchPayload } from 'discord.js'

/** Who is in which voice channel, as the gateway tells it. */
export interface VoiceBook {
  /** Takes note of an event; answers whether it was about voice. */
  note(packet: GatewayDispatchPayload): boolean
  /** Nothing is heard any more: what was known is old. */
  disconnected(): void
  /** People, not bots, over these channels; null: not known (no connection, a guild that Discord cannot reach). */
  count(channelIds: readonly string[]): number | null
  /** The same by their user ids. */
  people(channelIds: readonly string[]): string[] | null
}

/**
 * Kept by ourselves, from the raw events, because "nobody is there" must never be mixed up with "nothing is known": a
 * guild that is unavailable, or a session that begins anew, would look like everybody leaving.
 */
export function createVoiceBook(): VoiceBook {
  /** Guilds by what is known of them; null: awaited. */
  let guilds = new Map<string, Map<string, string> | null>()
  const bots = new Set<string>()
  let isConnected = false

  return {
    note(packet) {
      switch (packet.t) {
        case 'READY':
          guilds = new Map(packet.d.guilds.map(guild => [guild.id, null]))
          isConnected = true
          return true
        case 'RESUMED':
          isConnected = true
          return true
        case 'GUILD_CREATE': {
          const guild = packet.d
          if (guild.unavailable === true) return false
          for (const { user } of guild.members ?? []) noteBot(user)
          const places = (guild.voice_states ?? []).flatMap(({ user_id, channel_id }) =>
            channel_id ? [[user_id, channel_id] as const] : [],
          )
          guilds.set(guild.id, new Map(places))
          return true
        }
        case 'GUILD_DELETE':
          if (packet.d.unavailable) guilds.set(packet.d.id, null)
          else guilds.delete(packet.d.id)
          return true
        case 'VOICE_STATE_UPDATE': {
          const { guild_id, user_id, channel_id, member } = packet.d
          if (!guild_id) return false
          if (member) noteBot(member.user)
          const places = guilds.get(guild_id)
          if (!places) return false
          if (channel_id) places.set(user_id, channel_id)
          else places.delete(user_id)
          return true
        }
        default:
          return false
      }
    },
    disconnected() {
      isConnected = false
    },
    count: channelIds => peopleIn(channelIds)?.length ?? null,
    people: peopleIn,
  }

  function peopleIn(channelIds: readonly string[]): string[] | null {
    if (!isConnected) return null
    const people: string[] = []
    for (const places of guilds.values()) {
      if (!places) return null
      for (const [userId, channelId] of places) {
        if (channelIds.includes(channelId) && !bots.has(userId)) people.push(userId)
      }
    }
    return people
  }

  function noteBot(user: { id: string; bot?: boolean | undefined }): void {
    if (user.bot) bots.add(user.id)
    else bots.delete(user.id)
  }
}

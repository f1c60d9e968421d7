import {
  type APIChannel,
  type APIGuild,
  type APIGuildMember,
  OverwriteType,
  PermissionFlagsBits,
  Routes,
} from 'discord.js'
import type { DiscordRest } from '../rest/create-rest.ts'

/**
 * What the bot may do in a channel, computed as Discord does:
 * https://discord.com/developers/docs/topics/permissions#permission-overwrites
 */
export async function readPermissions(
  rest: DiscordRest,
  guildId: string,
  channel: APIChannel,
  botId: string,
): Promise<bigint> {
  const [guild, member] = (await Promise.all([
    rest.get(Routes.guild(guildId)),
    rest.get(Routes.guildMember(guildId, botId)),
  ])) as [APIGuild, APIGuildMember]
  const ownRoles = new Set([guildId, ...member.roles])
  let held = guild.roles
    .filter(role => ownRoles.has(role.id))
    .reduce((all, role) => all | BigInt(role.permissions), 0n)
  if (guild.owner_id === botId || held & PermissionFlagsBits.Administrator) return ~0n

  const overwrites = ('permission_overwrites' in channel && channel.permission_overwrites) || []
  const ofEveryone = overwrites.filter(({ id }) => id === guildId)
  const ofRoles = overwrites.filter(
    ({ id, type }) => type === OverwriteType.Role && id !== guildId && ownRoles.has(id),
  )
  const ofMember = overwrites.filter(({ id, type }) => type === OverwriteType.Member && id === botId)
  // All roles together first take, then give; the more special level has the last word.
  for (const level of [ofEveryone, ofRoles, ofMember]) {
    for (const { deny } of level) held &= ~BigInt(deny)
    for (const { allow } of level) held |= BigInt(allow)
  }
  return held
}

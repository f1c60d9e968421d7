import {
  type APIApplication,
  type APIChannel,
  type APIUser,
  ApplicationFlags,
  ChannelType,
  PermissionFlagsBits,
  Routes,
} from 'discord.js'
import type { Config } from '../../config.ts'
import { createRest, type DiscordRest } from '../rest/create-rest.ts'
import { DiscordFault } from '../rest/discord-fault.ts'
import { readPermissions } from './read-permissions.ts'

export interface Finding {
  isRight: boolean
  text: string
}

const TEXT_PERMISSIONS = {
  ViewChannel: PermissionFlagsBits.ViewChannel,
  SendMessages: PermissionFlagsBits.SendMessages,
  EmbedLinks: PermissionFlagsBits.EmbedLinks,
  AttachFiles: PermissionFlagsBits.AttachFiles,
  ReadMessageHistory: PermissionFlagsBits.ReadMessageHistory,
}
const VOICE_PERMISSIONS = { ViewChannel: PermissionFlagsBits.ViewChannel }
const MESSAGE_CONTENT = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited

/** Asks Discord everything that the bot relies on, over REST alone: it works beside a bot that runs. */
export async function checkDiscord(config: Config['discord']): Promise<Finding[]> {
  if (config.token === null) return [wrong('DISCORD_TOKEN is not set, so there is no bot.')]
  const rest = createRest(config)
  let bot: APIUser
  try {
    bot = (await rest.get(Routes.user())) as APIUser
  } catch (error) {
    return [wrong(sentenceOf(error))]
  }
  const findings = [right(`The token is that of ${bot.username}.`), await checkIntent(rest)]
  const { statsChannelId, adminChannelId, voiceChannelIds } = config
  if (statsChannelId === null)
    findings.push(wrong('DISCORD_STATS_CHANNEL_ID is not set: nothing is posted by itself.'))
  else findings.push(await checkChannel(rest, bot, 'DISCORD_STATS_CHANNEL_ID', statsChannelId, 'text'))
  if (adminChannelId === null)
    findings.push(right('DISCORD_ADMIN_CHANNEL_ID is not set: alerts go to the log only.'))
  else findings.push(await checkChannel(rest, bot, 'DISCORD_ADMIN_CHANNEL_ID', adminChannelId, 'text'))
  if (voiceChannelIds.length === 0)
    findings.push(right('DISCORD_VOICE_CHANNEL_IDS is not set: reports are posted by command only.'))
  for (const id of voiceChannelIds) {
    findings.push(await checkChannel(rest, bot, 'DISCORD_VOICE_CHANNEL_IDS', id, 'voice'))
  }
  findings.push(right(`To invite the bot: ${invitation(bot.id)}`))
  return findings
}

/** What the bot needs, and nothing more. */
function invitation(applicationId: string): string {
  const permissions = Object.values(TEXT_PERMISSIONS).reduce((all, bit) => all | bit, 0n)
  return `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=${permissions}`
}

async function checkIntent(rest: DiscordRest): Promise<Finding> {
  try {
    const { flags = 0 } = (await rest.get(Routes.currentApplication())) as APIApplication
    if (flags & MESSAGE_CONTENT) return right('The message-content intent is switched on.')
    return wrong(
      'The message-content intent is off: commands with "!" do nothing, slash commands and mentions work. Switch on ' +
        '"Message Content Intent" at https://discord.com/developers/applications (Bot).',
    )
  } catch (error) {
    return wrong(`The intents could not be read: ${sentenceOf(error)}`)
  }
}

async function checkChannel(
  rest: DiscordRest,
  bot: APIUser,
  setting: string,
  id: string,
  kind: 'text' | 'voice',
): Promise<Finding> {
  try {
    const channel = (await rest.get(Routes.channel(id))) as APIChannel
    const isVoice = channel.type === ChannelType.GuildVoice || channel.type === ChannelType.GuildStageVoice
    if (!('guild_id' in channel) || !channel.guild_id || (kind === 'voice' && !isVoice)) {
      return wrong(`${setting}: ${id} is not a ${kind} channel of a server.`)
    }
    const held = await readPermissions(rest, channel.guild_id, channel, bot.id)
    const needed = kind === 'text' ? TEXT_PERMISSIONS : VOICE_PERMISSIONS
    const missing = Object.entries(needed).flatMap(([name, bit]) => (held & bit ? [] : [name]))
    if (missing.length === 0) return right(`${setting}: #${channel.name} can be used.`)
    return wrong(`${setting}: in #${channel.name} the bot lacks ${missing.map(spaced).join(', ')}.`)
  } catch (error) {
    return wrong(`${setting}: ${sentenceOf(error)}`)
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof DiscordFault) return error.sentence
  throw error
}

/** As Discord's settings call it. */
function spaced(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
}

function right(text: string): Finding {
  return { isRight: true, text }
}

function wrong(text: string): Finding {
  return { isRight: false, text }
}

import type { APIMessage } from 'discord.js'
import { DiscordFault } from '../rest/discord-fault.ts'
import { claimedMessages } from './ledger.ts'
import { listMessages } from './list-messages.ts'
import type { Orphans, PostContext } from './post.ts'
import { tellsOf } from './recognise-post.ts'
import { nonceOf } from './subjects.ts'

/** What is not marked is recognised by its words, and those may be true again another day. */
const UNMARKED_FOR_MS = 3_600_000

/**
 * A database that comes back without its last seconds (restored, or the standby of one that did not wait for it) has
 * lost the rows of the newest posts. It comes back as a new leadership, so one look at each channel's last hundred
 * messages, when it is first written to, is enough: what is posted later has its row.
 */
export function createOrphans(): Orphans {
  const channels = new Map<string, APIMessage[]>()
  return {
    async adopt(context, { subject, channelId, content }) {
      const orphans = channels.get(channelId) ?? (await look(context, channelId))
      channels.set(channelId, orphans)
      const nonce = nonceOf(subject, channelId)
      const index = orphans.findIndex(
        message => isOfNow(message, subject.mark) && tellsOf(message, nonce, subject, content),
      )
      const [found] = index < 0 ? [] : orphans.splice(index, 1)
      return found?.id ?? null
    },
  }
}

async function look({ db, rest, botId, log }: PostContext, channelId: string): Promise<APIMessage[]> {
  try {
    const messages = (await listMessages(rest, channelId)).filter(({ author }) => author.id === botId)
    const claimed = await claimedMessages(
      db,
      messages.map(({ id }) => id),
    )
    return messages.filter(({ id }) => !claimed.has(id))
  } catch (error) {
    if (!(error instanceof DiscordFault) || error.kind !== 'permissions') throw error
    log.warn(
      `Channel ${channelId} cannot be read, so a post that a restored database forgot would be posted again: ${error.sentence}`,
    )
    return []
  }
}

function isOfNow({ timestamp }: APIMessage, mark: string | undefined): boolean {
  return mark !== undefined || Date.now() - Date.parse(timestamp) < UNMARKED_FOR_MS
}

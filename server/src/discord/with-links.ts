import { linkKey } from '../game-servers/reading-access.ts'
import type { BotContext } from './bot-context.ts'
import type { DiscordContext } from './discord-context.ts'

/** What lives as long as the leadership does. How links begin does not: their key can be renewed at any time. */
export interface Bot extends Omit<BotContext, 'publicUrl'> {
  linkStart(): Promise<string | null>
}

/** For one event, one pass over the reports, or one command: with the links that open at this moment. */
export async function withLinks({ linkStart, ...context }: Bot): Promise<BotContext> {
  return { ...context, publicUrl: await linkStart() }
}

/** How the links of the bot begin; null: it has none. Where reading is private, a link opens the page by its key. */
export async function linkStart({
  db,
  config: { publicUrl, private: isPrivate },
}: Pick<DiscordContext, 'db' | 'config'>): Promise<string | null> {
  return publicUrl && isPrivate ? `${publicUrl}/k/${await linkKey(db)}` : publicUrl
}

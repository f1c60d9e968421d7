import { escapeMarkdown } from '../../cards/escape-markdown.ts'
import { DecisionRefused } from '../../players/decide.ts'
import { linkPlayer, unlinkPlayer } from '../../players/link-player.ts'
import { namePlayer } from '../../players/name-player.ts'
import { findPlayer, linkedPlayer, namesNow, suggestPlayers } from '../players/player-lookup.ts'
import { tellAdmins } from '../players/tell-admins.ts'
import type { Command, Reply } from './command.ts'
import { slash, textOption } from './slash.ts'

/** `!link name`, `/link`: says who a Discord user is. Only a player whom nobody else is; an admin hears of it. */
export const link: Command = {
  definition: slash('link', 'Say which player you are', [
    textOption('player', 'Your name in the game', { isSuggested: true }),
  ]),
  texts: { words: ['link'], help: '`!link name` to say who you are', takesView: false },
  isPrivate: false,
  suggest: suggestPlayers,
  async answer(context, _words, reply, { userId, args }) {
    const { db } = context
    const text = args.join(' ')
    const found = await findPlayer(db, text, userId)
    if (found.kind === 'none') {
      await reply.show({
        content: text === '' ? 'Who are you? `!link` and your name in the game.' : found.sentence,
      })
      return 'answered'
    }
    const name = escapeMarkdown(found.name)
    if ((await linkedPlayer(db, userId)) === found.guid) {
      await reply.show({ content: `You are **${name}** (\`${found.guid}\`).` })
      return 'answered'
    }
    await decided(reply, async () => {
      const before = await linkPlayer(db, userId, found.guid, { actor: `Discord user ${userId}` })
      const was = before === null ? '' : ` and was \`${before}\` before`
      await tellAdmins(context, `link ${userId} ${found.guid}`, {
        title: 'Somebody says who he is',
        description: `<@${userId}> is **${name}** (\`${found.guid}\`)${was}. \`debrief player unlink ${userId}\` undoes it.`,
      })
      return `You are **${name}** (\`${found.guid}\`) from now on. \`!unlink\` undoes it.`
    })
    return 'answered'
  },
}

/** `!unlink`, `/unlink`. */
export const unlink: Command = {
  definition: slash('unlink', 'Be nobody in particular again'),
  texts: { words: ['unlink'], help: '`!unlink` to undo that', takesView: false },
  isPrivate: false,
  async answer(context, _words, reply, { userId }) {
    if ((await linkedPlayer(context.db, userId)) === null) {
      await reply.show({ content: 'You are linked to nobody.' })
      return 'answered'
    }
    await decided(reply, async () => {
      const guid = await unlinkPlayer(context.db, userId, { actor: `Discord user ${userId}` })
      await tellAdmins(context, `unlink ${userId} ${guid}`, {
        title: 'Somebody is nobody again',
        description: `<@${userId}> was \`${guid}\`, and has undone it.`,
      })
      return `You were \`${guid}\`, and are nobody in particular now.`
    })
    return 'answered'
  },
}

/** `!setname name`, `/setname`: the name that a linked player is shown by; without one, the newest from the game. */
export const setname: Command = {
  definition: slash('setname', 'The name that you are shown by; without one, your newest in the game', [
    textOption('name', 'Up to 36 letters'),
  ]),
  texts: { words: ['setname'], help: '`!setname name` for the name that you are shown by', takesView: false },
  isPrivate: false,
  async answer(context, _words, reply, { userId, args }) {
    const guid = await linkedPlayer(context.db, userId)
    if (guid === null) {
      await reply.show({ content: 'Say who you are first: `!link` and your name in the game.' })
      return 'answered'
    }
    await decided(reply, async () => {
      await namePlayer(context.db, guid, args.length === 0 ? null : args.join(' '), {
        actor: `Discord user ${userId}`,
      })
      const name = escapeMarkdown((await namesNow(context.db)).nameOf(guid).name)
      await tellAdmins(context, `name ${userId} ${guid} ${name}`, {
        title: 'Somebody has set his name',
        description: `<@${userId}> (\`${guid}\`) is shown as **${name}**. \`debrief player name ${guid}\` undoes it.`,
      })
      return `You are shown as **${name}**.`
    })
    return 'answered'
  },
}

/** What is refused is told as it is. */
async function decided(reply: Reply, decide: () => Promise<string>): Promise<void> {
  let content: string
  try {
    content = await decide()
  } catch (error) {
    if (!(error instanceof DecisionRefused)) throw error
    content = escapeMarkdown(error.message)
  }
  await reply.show({ content })
}

import { findPlayer, suggestPlayers } from '../players/player-lookup.ts'
import { rivalsContent } from '../players/rivals-content.ts'
import type { Command } from './command.ts'
import { slash, textOption } from './slash.ts'

/** `!rivals [name]`, `/rivals`: whom a player beats, and who beats him. */
export const rivals: Command = {
  definition: slash('rivals', 'Whom a player beats, and who beats him', [
    textOption('player', 'A name, or a mention; without: you', { isSuggested: true }),
  ]),
  texts: { words: ['rivals', 'rival'], help: '`!rivals [name]` for duels', takesView: false },
  isPrivate: false,
  suggest: suggestPlayers,
  async answer(context, _words, reply, { userId, args }) {
    const found = await findPlayer(context.db, args.join(' '), userId)
    await reply.show(
      found.kind === 'found' ? await rivalsContent(context, found) : { content: found.sentence },
    )
    return 'answered'
  },
}

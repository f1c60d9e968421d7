import { compareContent } from '../players/compare-content.ts'
import { findPlayer, suggestPlayers } from '../players/player-lookup.ts'
import type { Command } from './command.ts'
import { slash, textOption } from './slash.ts'

/** `!compare a b`, `/compare`: two players side by side, and against each other. */
export const compare: Command = {
  definition: slash('compare', 'Two players side by side, and against each other', [
    textOption('a', 'A name, or a mention', { isRequired: true, isSuggested: true }),
    textOption('b', 'A name, or a mention', { isRequired: true, isSuggested: true }),
  ]),
  texts: {
    words: ['compare'],
    help: '`!compare a b` (or `a vs b`; names with spaces in quotes)',
    takesView: false,
  },
  isPrivate: false,
  suggest: suggestPlayers,
  async answer(context, _words, reply, { userId, args }) {
    const pair = pairOf(args)
    if (!pair) {
      await reply.show({
        content: 'Whom? `!compare a b`, with names that hold spaces in quotes, or `!compare a vs b`.',
      })
      return 'answered'
    }
    const a = await findPlayer(context.db, pair[0], userId)
    const b = await findPlayer(context.db, pair[1], userId)
    if (a.kind === 'none') await reply.show({ content: a.sentence })
    else if (b.kind === 'none') await reply.show({ content: b.sentence })
    else if (a.guid === b.guid) await reply.show({ content: 'Both are the same player.' })
    else await reply.show(await compareContent(context, a, b))
    return 'answered'
  },
}

function pairOf(args: readonly string[]): [string, string] | null {
  const parted = args.join(' ').split(/ (?:vs\.?|against) |\s*,\s*/i)
  const [a = '', b = ''] = args.length === 2 ? args : parted.length === 2 ? parted : []
  return a !== '' && b !== '' ? [a, b] : null
}

import { resolvePeriod } from '../../report/players/period.ts'
import { findPlayer, suggestPlayers } from '../players/player-lookup.ts'
import { statsContent } from '../players/stats-content.ts'
import type { Command } from './command.ts'
import { PERIOD_OPTION, slash, suggestPeriods, takePeriod, textOption } from './slash.ts'

/** `!stats [name or @user] [period]`, `/stats`: one player, with a picture by session. */
export const stats: Command = {
  definition: slash('stats', 'One player: figures, against what is usual for him, by session', [
    textOption('player', 'A name, or a mention; without: you', { isSuggested: true }),
    PERIOD_OPTION,
  ]),
  texts: { words: ['stats'], help: '`!stats [name or @user] [period]` for one player', takesView: false },
  isPrivate: false,
  suggest: (db, typed, option) => (option === 'period' ? suggestPeriods(typed) : suggestPlayers(db, typed)),
  async answer(context, _words, reply, { userId, args }) {
    const { rest, period: word } = takePeriod(args)
    const found = await findPlayer(context.db, rest.join(' '), userId)
    if (found.kind === 'none') await reply.show({ content: found.sentence })
    else {
      const period = await resolvePeriod(context.db, word ?? 'all')
      await reply.show(
        period ? await statsContent(context, found, period) : { content: 'No round counts yet.' },
      )
    }
    return 'answered'
  },
}

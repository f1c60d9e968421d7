import { resolvePeriod } from '../../report/players/period.ts'
import { BOARDS_BY, boardContent, isBoardBy } from '../players/board-content.ts'
import type { Command } from './command.ts'
import { PERIOD_OPTION, slash, suggestPeriods, takePeriod, textOption } from './slash.ts'

/** `!leaderboard [by] [period]`, `/leaderboard`: the best at something, ten to a page. */
export const leaderboard: Command = {
  definition: slash('leaderboard', 'Who is best at what', [
    textOption('by', 'At what; without: kills', { choices: BOARDS_BY }),
    PERIOD_OPTION,
  ]),
  texts: {
    words: ['leaderboard', 'leaderboards', 'lb'],
    help: `\`!leaderboard [by] [period]\` (${BOARDS_BY.join(', ')}; session, 30d, season, all)`,
    takesView: false,
  },
  isPrivate: false,
  suggest: (_db, typed) => suggestPeriods(typed),
  async answer(context, words, reply) {
    const { rest, period: word } = takePeriod(words)
    const by = rest.join('_') || 'kills'
    if (!isBoardBy(by)) {
      await reply.show({
        content: `I know these boards: ${BOARDS_BY.map(each => `\`${each}\``).join(', ')}.`,
      })
      return 'answered'
    }
    const period = await resolvePeriod(context.db, word ?? 'all')
    await reply.show(
      period ? await boardContent(context, by, period, 0) : { content: 'No round counts yet.' },
    )
    return 'answered'
  },
}

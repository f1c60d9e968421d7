import { MOST_PEOPLE } from '../../teams/best-splits.ts'
import { suggestPlayers } from '../players/player-lookup.ts'
import { drawTeams } from '../players/teams-content.ts'
import type { Choice, Command } from './command.ts'
import { slash, textOption } from './slash.ts'

/** `!teams [a, b, …]`, `/teams`: two balanced sides of the people in voice, or of those named. */
export const teams: Command = {
  definition: slash('teams', 'Two balanced sides of the people in the voice channels, or of those named', [
    textOption(
      'people',
      `Names or mentions with commas between, up to ${MOST_PEOPLE}; without: who is in voice`,
      {
        isSuggested: true,
      },
    ),
  ]),
  texts: { words: ['teams', 'team'], help: '`!teams [a, b, …]` for two balanced sides', takesView: false },
  isPrivate: false,
  async suggest(db, typed) {
    const at = typed.lastIndexOf(',') + 1
    const before = typed.slice(0, at)
    const choices = await suggestPlayers(db, typed.slice(at).trim())
    // A choice is the whole text: who is named already stays in it, as far as 100 letters reach.
    return choices
      .map(({ name, value }): Choice => ({ name: `${before} ${name}`.trim(), value: `${before}${value}` }))
      .filter(({ name, value }) => name.length <= 100 && value.length <= 100)
  },
  async answer(deps, _words, reply, { userId, args }) {
    const all = args.join(' ')
    const named = all.includes(',') ? all.split(',').map(name => name.trim()) : [...args]
    await reply.show(await drawTeams(deps, named.filter(Boolean), userId))
    return 'answered'
  },
}

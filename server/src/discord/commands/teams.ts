import { MOST_PEOPLE } from '../../teams/best-splits.ts'
import { choiceName, suggestPlayers } from '../players/player-lookup.ts'
import { drawTeams } from '../players/teams-content.ts'
import type { Choice, Command } from './command.ts'
import { slash, textOption } from './slash.ts'

/** What Discord takes as a choice: eleven GUIDs with their commas. Who wants more goes on in the second option. */
const LONGEST_CHOICE = 100

const option = (name: string, description: string) => textOption(name, description, { isSuggested: true })

/** `!teams [a, b, …]`, `/teams`: two balanced sides of the people in voice, or of those named. */
export const teams: Command = {
  definition: slash('teams', 'Two balanced sides of the people in the voice channels, or of those named', [
    option('people', `Names or mentions with commas between, up to ${MOST_PEOPLE}; without: who is in voice`),
    option('more', 'Further ones: a choice holds eleven'),
  ]),
  texts: { words: ['teams', 'team'], help: '`!teams [a, b, …]` for two balanced sides', takesView: false },
  isPrivate: false,
  async suggest(db, typed) {
    const at = typed.lastIndexOf(',') + 1
    const before = typed.slice(0, at)
    const choices = await suggestPlayers(db, typed.slice(at).trim())
    const named = namesIn(before).length
    // A choice is the whole text: who is named already stays in it.
    return choices
      .map(
        ({ name, value }): Choice => ({
          name: named === 0 ? name : choiceName(`${named} named, and ${name}`),
          value: `${before}${value}`,
        }),
      )
      .filter(({ value }) => value.length <= LONGEST_CHOICE)
  },
  async answer(context, _words, reply, { userId, args, isSlash }) {
    const all = isSlash ? args.join(',') : args.join(' ')
    const named = isSlash || all.includes(',') ? namesIn(all) : args
    await reply.show(await drawTeams(context, named, userId))
    return 'answered'
  },
}

function namesIn(text: string): string[] {
  return text
    .split(',')
    .map(name => name.trim())
    .filter(Boolean)
}

import { findMap, mapContent, suggestMaps } from '../players/map-content.ts'
import type { Command } from './command.ts'
import { slash, textOption } from './slash.ts'

/** `!map supply`, `/map`: one map over all time. */
export const map: Command = {
  definition: slash('map', 'One map: attack times, who wins it, the best on it', [
    textOption('map', 'Its name', { isRequired: true, isSuggested: true }),
  ]),
  texts: { words: ['map'], help: '`!map supply` for one map', takesView: false },
  isPrivate: false,
  suggest: suggestMaps,
  async answer(context, _words, reply, { args }) {
    const found = await findMap(context.db, args.join(' '))
    await reply.show(
      found.kind === 'found' ? await mapContent(context, found.map) : { content: found.sentence },
    )
    return 'answered'
  },
}

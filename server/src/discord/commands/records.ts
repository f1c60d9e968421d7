import { findMap, suggestMaps } from '../players/map-content.ts'
import { recordsContent } from '../players/records-content.ts'
import type { Command } from './command.ts'
import { slash, textOption } from './slash.ts'

/** `!records [map]`, `/records`: the record book. */
export const records: Command = {
  definition: slash('records', 'The record book, of all maps or of one', [
    textOption('map', 'One map', { isSuggested: true }),
  ]),
  texts: { words: ['records', 'record'], help: '`!records [map]` for the record book', takesView: false },
  isPrivate: false,
  suggest: suggestMaps,
  async answer(context, _words, reply, { args }) {
    if (args.length === 0) await reply.show(await recordsContent(context, null))
    else {
      const found = await findMap(context.db, args.join(' '))
      await reply.show(
        found.kind === 'found' ? await recordsContent(context, found.map) : { content: found.sentence },
      )
    }
    return 'answered'
  },
}

import { SUB_VIEWS } from '../../cards/sub-view-cards.ts'
import type { PostContent } from '../posts/post-content.ts'
import type { Command } from './command.ts'

/** What somebody who used a wrong word is told. */
export function wordList(commands: readonly Command[]): PostContent {
  const help = (takesView: boolean) =>
    commands
      .filter(({ texts }) => texts.takesView === takesView)
      .map(({ texts }) => texts.help)
      .join(', ')
  const views = SUB_VIEWS.map(view => `\`${view}\``).join(', ')
  return { content: `I know these words: ${help(true)}, each alone or followed by ${views}; ${help(false)}.` }
}

import { SUB_VIEWS, type SubView } from '../../cards/sub-view-cards.ts'

/** The views of a report, each one message, as buttons name them. */
export const VIEW_TITLES: Record<SubView, string> = {
  top: 'Top',
  combat: 'Combat',
  obj: 'Objectives',
  weapons: 'Weapons',
  support: 'Support',
  sprees: 'Sprees',
  maps: 'Maps',
  'maps full': 'Maps in full',
  graphs: 'Graphs',
  time: 'Time',
}

export function isView(word: string): word is SubView {
  return (SUB_VIEWS as readonly string[]).includes(word)
}

/** What somebody who used a wrong word is told. */
export function wordList(): string {
  return (
    'I know these words: `!last_session` (or `!last`, `!latest`) for the newest session, `!session 12` or ' +
    '`!session 2026-05-05` for an earlier one, each alone or followed by ' +
    `${SUB_VIEWS.map(view => `\`${view}\``).join(', ')}.`
  )
}

import { ApplicationCommandOptionType } from 'discord.js'
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

/** The option of a slash command that takes a view. */
export const VIEW_OPTION = {
  type: ApplicationCommandOptionType.String as const,
  name: 'view',
  description: 'One part of it, instead of the whole report',
  choices: SUB_VIEWS.map(value => ({ name: VIEW_TITLES[value], value })),
}

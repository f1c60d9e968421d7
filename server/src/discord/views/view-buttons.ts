import { type APIActionRowComponent, type APIButtonComponent, ButtonStyle, ComponentType } from 'discord.js'
import { SUB_VIEWS, type SubView } from '../../cards/sub-view-cards.ts'
import { isView, VIEW_TITLES } from './words.ts'

/**
 * - `open`: under a report, which stays as it is; the view is shown to who pressed, alone.
 * - `turn`: under a view, which becomes the other one.
 */
export type ButtonDeed = 'open' | 'turn'

/** All that a press means stands in its custom_id: buttons of years ago work after any restart. */
export function viewButtons(
  deed: ButtonDeed,
  session: number,
  current: SubView | null = null,
): APIActionRowComponent<APIButtonComponent>[] {
  const buttons = SUB_VIEWS.map(
    (view): APIButtonComponent => ({
      type: ComponentType.Button,
      style: view === current ? ButtonStyle.Primary : ButtonStyle.Secondary,
      label: VIEW_TITLES[view],
      custom_id: `debrief:${deed}:${session}:${view}`,
    }),
  )
  return [buttons.slice(0, 5), buttons.slice(5)].map(components => ({
    type: ComponentType.ActionRow,
    components,
  }))
}

/** Null: not one of ours. */
export function readButton(customId: string): { deed: ButtonDeed; session: number; view: SubView } | null {
  const [ours, deed, session = '', view = '', ...rest] = customId.split(':')
  if (ours !== 'debrief' || (deed !== 'open' && deed !== 'turn') || rest.length > 0) return null
  return /^\d{1,15}$/.test(session) && isView(view) ? { deed, session: Number(session), view } : null
}

import type { TroubledAgent } from '../../agents/troubled-agents.ts'
import { plural } from '../../report/forms.ts'
import { localTime } from './dates.ts'
import { type Html, html } from './html.ts'

/** What fits above a list without hiding it. */
const SHOWN = 10

/** Says why rounds may be missing, to those who look for them. */
export function agentNotices(agents: readonly TroubledAgent[]): Html {
  const rest = agents.length - SHOWN
  return html`${agents
    .slice(0, SHOWN)
    .map(
      ({ server, timezone, kind, since, waiting }) =>
        html`<p class="notice" role="status"><b>${server}</b>: ${
          kind === 'silent'
            ? html`its agent has not been heard of since ${localTime(since, timezone)}; rounds of later may be missing.`
            : html`${plural(waiting, 'file')} of it cannot be delivered since ${localTime(since, timezone)}.`
        }</p>`,
    )}${rest > 0 ? html`<p class="notice" role="status">and ${plural(rest, 'more agent')} in trouble.</p>` : ''}`
}

import type { TroubledAgent } from '../../agents/troubled-agents.ts'
import { plural } from '../../report/forms.ts'
import { localTime } from './dates.ts'
import { type Html, html } from './html.ts'

/** Says why rounds may be missing, to those who look for them. */
export function agentNotices(agents: readonly TroubledAgent[]): Html {
  return html`${agents.map(
    ({ server, timezone, kind, since, waiting }) =>
      html`<p class="notice" role="status"><b>${server}</b>: ${
        kind === 'silent'
          ? html`its agent has not been heard of since ${localTime(since, timezone)}; rounds of later may be missing.`
          : html`${plural(waiting, 'file')} of it cannot be delivered since ${localTime(since, timezone)}.`
      }</p>`,
  )}`
}

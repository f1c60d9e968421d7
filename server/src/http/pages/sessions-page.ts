import type { TroubledAgent } from '../../agents/troubled-agents.ts'
import { MEDALS, plural } from '../../report/forms.ts'
import type { SessionSummary } from '../../report/list-sessions.ts'
import { isHuman } from '../../report/players/human-rounds.ts'
import type { Face } from '../../report/read-faces.ts'
import { agentNotices } from './agent-notices.ts'
import { colouredName } from './coloured-name.ts'
import { localSpan } from './dates.ts'
import { type Html, html } from './html.ts'
import type { Page } from './layout.ts'

interface Sessions {
  sessions: readonly SessionSummary[]
  faces: ReadonlyMap<number, Face[]>
  agents: readonly TroubledAgent[]
  /** Files that newer rules are reading again just now; null: none. */
  renewal: { done: number; total: number } | null
  /** Whether these are the newest of all. */
  isNewest: boolean
  /** Where the next page begins; null: these were the last. */
  older: number | null
}

/** The latest sessions, each with its score, its maps, and who had the most kills. */
export function sessionsPage({ sessions, faces, agents, renewal, isNewest, older }: Sessions): Page {
  return {
    title: 'Sessions · Debrief',
    description: 'Game nights of ET: Legacy: scores, maps and players.',
    current: 'sessions',
    main: html`<div class="hero"><h1>${isNewest ? 'Latest sessions' : 'Earlier sessions'}</h1></div>
${isNewest && agentNotices(agents)}
${isNewest && renewal !== null && html`<p class="notice" role="status">Older files are being read again by newer rules, ${renewal.done} of ${renewal.total}; figures of earlier evenings can still change.</p>`}
${
  sessions.length === 0
    ? html`<div class="panel empty"><p>${isNewest ? 'No round has been played yet.' : 'There is nothing earlier.'}</p>
<p class="quiet">Rounds appear here seconds after they end. Files of earlier evenings can be <a href="/upload">uploaded</a>.</p></div>`
    : html`<ol class="sessions">${sessions.map(session => sessionCard(session, faces.get(session.session) ?? []))}</ol>`
}
<nav class="pager" aria-label="More sessions">
${!isNewest && html`<a href="/">Latest sessions</a>`}
${older !== null && html`<a href="/?before=${older}" rel="next">Earlier sessions</a>`}
</nav>`,
  }
}

/** Why there is nothing to show yet. */
function noRounds({ aborted, waiting }: SessionSummary['notCounted']): string {
  const told = [
    ...(waiting > 0
      ? [waiting === 1 ? '1 round waits for its round 1' : `${waiting} rounds wait for their round 1`]
      : []),
    ...(aborted > 0 ? [`${plural(aborted, 'round')} broken off`] : []),
  ]
  return told.length === 0 ? 'no round counts' : told.join(', ')
}

function faceName({ guid, name, colouredName: coloured }: Face): Html {
  const shown = colouredName(coloured, name)
  return isHuman(guid) ? html`<a href="/players/${guid}">${shown}</a>` : shown
}

function sessionCard(summary: SessionSummary, faces: readonly Face[]): Html {
  const { session, server, scores, maps, players, rounds, notCounted, startedAt, endedAt, timezone } = summary
  const counted = scores.filter(({ winner }) => winner !== null)
  return html`<li class="panel session">
<div class="session-when"><h2><a href="/sessions/${session}">${localSpan(startedAt, endedAt, timezone)}</a></h2>
<p class="quiet">Session ${session} · ${server} · ${plural(players.length, 'player')} · ${plural(rounds, 'round')}</p></div>
<div class="session-score">${
    counted.length === 0
      ? html`<span class="quiet">${rounds > 0 ? 'no map counts' : noRounds(notCounted)}</span>`
      : counted.map(
          ({ A, B, winner }) =>
            html`<p class="mini"><span class="team team-a">A</span> <b class="${winner === 'A' && 'won'}">${A}</b> – <b class="${winner === 'B' && 'won'}">${B}</b> <span class="team team-b">B</span></p>`,
        )
  }</div>
<p class="session-maps">${maps.map(map => html`<span class="chip">${map}</span> `)}</p>
${
  faces.length > 0 &&
  html`<ol class="faces" aria-label="Most kills">${faces.map(
    (face, place) =>
      html`<li><span aria-hidden="true">${MEDALS[place]}</span> ${faceName(face)} <span class="quiet">${plural(face.kills, 'kill')}</span></li>`,
  )}</ol>`
}
</li>
`
}

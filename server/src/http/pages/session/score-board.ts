import type { TeamName } from '../../../report/assign-teams.ts'
import type { MatchReport } from '../../../report/session-report.ts'
import { type Content, type Html, html } from '../html.ts'

/** Score and rosters of a match, side by side. */
export function scoreBoard(match: MatchReport, isNumbered: boolean, name: Names): Html {
  const { score, winner, number } = match
  const verdict = winner === null ? 'No map counts' : winner === 'tie' ? 'A tie' : `Team ${winner} wins`
  const side = (
    team: TeamName,
  ) => html`<div class="side side-${team.toLowerCase()}${winner === team && ' won'}">
<p class="side-name">Team ${team}</p>
<p class="points">${winner === null ? '–' : score[team]}</p>
<ul class="roster">${match.teams[team].members.map(member => html`<li>${name(member)}</li>`)}</ul>
</div>`
  return html`<section class="score" aria-label="${isNumbered ? `Score of match ${number}` : 'Score'}">
${side('A')}
<div class="versus">${isNumbered && html`<span class="match-number">Match ${number}</span>`}<span class="verdict">${winner !== null && winner !== 'tie' && TROPHY}${verdict}</span></div>
${side('B')}
</section>`
}

export type Names = (of: { guid: string; name: string }) => Content

const TROPHY = html`<span aria-hidden="true">🏆</span> `

import type { TeamName } from '../../../report/assign-teams.ts'
import { hitPoints, plural, ratio } from '../../../report/forms.ts'
import type { MatchReport } from '../../../report/session-report.ts'
import { type Html, html } from '../html.ts'
import type { Names } from './score-board.ts'

/** Both rosters of a match as played, with their figures, and how sure it is that they were these. */
export function lineUpsSection(
  { teams, withoutTeam, certainty, number }: MatchReport,
  isNumbered: boolean,
  name: Names,
): Html {
  const column = (team: TeamName) => {
    const { members, mvp, kills, deaths, kd, damageGiven, damageReceived } = teams[team]
    return html`<section class="panel line-up side-${team.toLowerCase()}">
<h3>Team ${team}</h3>
<p>${kills} kills, ${deaths} deaths · K/D ${ratio(kd)} · damage ${hitPoints(damageGiven)} given, ${hitPoints(damageReceived)} received</p>
${mvp && html`<p class="mvp"><span aria-hidden="true">🎖️</span> MVP ${name(mvp)} <span class="quiet">${mvp.kills} kills, the most of the team</span></p>`}
<ul>${members.map(
      member =>
        html`<li>${name(member)} <span class="quiet">${plural(member.rounds, 'round')}${member.note !== null && `, ${member.note}`}</span></li>`,
    )}</ul>
</section>
`
  }
  return html`${isNumbered && html`<h3 class="match-heading">Match ${number}</h3>`}
<div class="two">
${column('A')}${column('B')}</div>
${withoutTeam.length > 0 && html`<p class="quiet">For neither team: ${withoutTeam.map((player, index) => html`${index > 0 && ', '}${name(player)}`)}.</p>`}
<p class="quiet">${SURE[certainty.level]} ${certainty.text}</p>`
}

const SURE = { sure: 'Sure:', likely: 'Likely:', unclear: 'Unclear:' }

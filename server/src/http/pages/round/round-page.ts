import { clock } from '../../../report/forms.ts'
import type { RoundReport } from '../../../report/round-report.ts'
import { attackText } from '../attack-text.ts'
import { longDate } from '../dates.ts'
import { type Html, html } from '../html.ts'
import type { Page } from '../layout.ts'
import { ROUND_COLUMNS } from '../player-columns.ts'
import { playerTag, teamMark } from '../player-tag.ts'
import { statTable } from '../stat-table.ts'
import { checksSection } from './checks-section.ts'
import { receiptSection } from './receipt-section.ts'

/** One round: what happened, who played, what the checks say, and the receipt of its file. */
export function roundPage(round: RoundReport): Page {
  const { map, roundNumber, session, sides, local } = round
  return {
    title: `${map}, round ${roundNumber}: ${resultText(round)} · Debrief`,
    description: `${longDate(local.date)}, ${local.time} on ${round.server} · session ${session}`,
    script: 'sort-table.js',
    main: html`<div class="hero">
<p class="kicker"><a href="/sessions/${session}">Session ${session}</a> · ${round.server}</p>
<h1>${map} <span class="quiet">round ${roundNumber}</span></h1>
<p class="result">${resultText(round)}</p>
${STATUS[round.status]}
${facts(round)}
</div>
${mapResult(round)}
<section aria-labelledby="players"><h2 id="players">Players</h2>
${side('Axis', sides.axis, round.defender === 'axis')}
${side('Allies', sides.allies, round.defender === 'allies')}
${sides.spectators.length > 0 && side('Spectators at the end', { team: null, players: sides.spectators }, false)}
</section>
${checksSection(round)}
${receiptSection(round)}
<footer class="foot"><p><a href="/api/v1/rounds/${round.roundId}">This round as JSON</a></p></footer>`,
  }
}

const STATUS = {
  complete: null,
  aborted: html`<p class="notice"><b>Broken off.</b> The round did not end by itself: it is shown, and counts in no figure.</p>`,
  awaiting_round_1: html`<p class="notice"><b>Waiting for its round 1.</b> This file counts both rounds of the map together. The round’s own figures are known when the file of round 1 comes.</p>`,
}

const SIDES = { axis: 'Axis', allies: 'Allies' } as const

function resultText({ status, defender, winner, durationSeconds }: RoundReport): string {
  if (status === 'aborted') return 'broken off'
  const time = durationSeconds === null ? '' : ` in ${clock(durationSeconds)}`
  if (winner === null) return 'no winner is known'
  if (winner === 'draw') return 'no winner'
  if (defender === null) return `${SIDES[winner]} won${time}`
  return winner === defender ? `${SIDES[winner]} held` : `${SIDES[winner]} attacked and won${time}`
}

function facts(round: RoundReport): Html {
  const { local, timezone, roundNumber, timeLimitSeconds, durationSeconds, defender, config, hostName } =
    round
  const rows: [string, string | null][] = [
    ['Ended', `${local.date} ${local.time} (${timezone})`],
    ['Defended', defender === null ? null : SIDES[defender]],
    [
      roundNumber === 1 ? 'Time limit' : 'Time to beat',
      timeLimitSeconds === null ? null : clock(timeLimitSeconds),
    ],
    ['Play time', durationSeconds === null ? null : clock(durationSeconds)],
    ['Config', config],
    ['Host', hostName.replace(/\^[^^]/gu, '')],
    ['Written by', round.formatVariant],
  ]
  return html`<dl class="facts">${rows.map(
    ([label, value]) => value && html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl>`
}

function mapResult({ mapResult: result }: RoundReport): Html | null {
  if (result === null) return null
  return html`<section aria-labelledby="map-result"><h2 id="map-result">The map</h2>
<p class="panel">${
    result.score
      ? html`${teamMark('A')}<b>${result.score.A}</b> – <b>${result.score.B}</b> ${teamMark('B')}`
      : `Not counted: ${result.reason}.`
  } <span class="quiet">A attacked: ${attackText(result, 'A')} · B attacked: ${attackText(result, 'B')}</span></p></section>`
}

function side(label: string, { team, players }: RoundReport['sides']['axis'], defended: boolean): Html {
  return html`<h3 class="side-heading">${label} ${team && teamMark(team)}${defended && html`<span class="quiet">defending</span>`}</h3>
${
  players.length === 0
    ? html`<p class="quiet">No figures.</p>`
    : statTable({
        caption: `Players on ${label}`,
        heading: 'Player',
        nameOf: player => playerTag(player, { showsTeam: false }),
        sortNameOf: player => player.name,
        columns: ROUND_COLUMNS,
        rows: players,
      })
}`
}

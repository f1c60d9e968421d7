import { cleanName } from '../../../parse/text.ts'
import { attackText } from '../../../report/attack-text.ts'
import { TOGETHER, type TogetherPlayer } from '../../../report/both-rounds.ts'
import { clock, plural } from '../../../report/forms.ts'
import type { RoundReport } from '../../../report/round-report.ts'
import { roundResult, SIDE_NAMES } from '../../../report/round-result.ts'
import { longDate } from '../dates.ts'
import { type Content, type Html, html } from '../html.ts'
import type { Page } from '../layout.ts'
import { columnsOf, ROUND_COLUMNS } from '../player-columns.ts'
import { playerTag, teamMark } from '../player-tag.ts'
import { statTable } from '../stat-table.ts'
import { awardsSection } from './awards-section.ts'
import { checksSection } from './checks-section.ts'
import { receiptSection } from './receipt-section.ts'

/** One round: what happened, who played, what the checks say, and the receipt of its file. */
export function roundPage(round: RoundReport): Page {
  const { map, roundNumber, session, local } = round
  return {
    title: `${map}, round ${roundNumber}: ${sentence(round)} · Debrief`,
    description: `${longDate(local.date)}, ${local.time} on ${round.server} · session ${session}`,
    script: 'sort-table.js',
    main: html`<div class="hero">
<p class="kicker"><a href="/sessions/${session}">Session ${session}</a> · ${round.server}</p>
<h1>${map} <span class="quiet">round ${roundNumber}</span></h1>
<p class="result">${sentence(round)}</p>
${statusNotice(round)}
${facts(round)}
</div>
${mapResult(round)}
<section aria-labelledby="players"><h2 id="players">${round.missing ? 'Both rounds together' : 'Players'}</h2>
${leftOut(round)}
${round.missing ? together(round) : players(round)}
</section>
${awardsSection(round)}
${checksSection(round)}
${receiptSection(round)}
<footer class="foot"><p><a href="/api/v1/rounds/${round.roundId}">This round as JSON</a></p></footer>`,
  }
}

/** What must be known before the figures are read. */
function statusNotice({ status, missing }: RoundReport): Html | null {
  if (status === 'aborted')
    return html`<p class="notice"><b>Broken off.</b> The round did not end by itself: it is shown, and counts in no figure.</p>`
  if (status !== 'awaiting_round_1') return null
  return html`<p class="notice"><b>Waiting for its round 1.</b> This file counts both rounds of the map together. ${
    missing && html`Missed is ${missing.text}: `
  }when its file comes, the figures of this round appear by themselves.</p>`
}

function facts(round: RoundReport): Html {
  const { local, timezone, roundNumber, timeLimitSeconds, durationSeconds, defender, config, hostName } =
    round
  const rows: [string, Content][] = [
    ['Ended', `${local.date} ${local.time} (${timezone})`],
    ['Defended', defender === null ? null : SIDE_NAMES[defender]],
    [
      roundNumber === 1 ? 'Time limit' : 'Time to beat',
      timeLimitSeconds === null ? null : clock(timeLimitSeconds),
    ],
    ['Play time', durationSeconds === null ? null : clock(durationSeconds)],
    ['Outcome', round.outcome && OUTCOMES[round.outcome]],
    ['Counters', round.countsOn && countsOn(round.countsOn)],
    ['Config', config],
    ['Host', cleanName(hostName)],
    ['Written by', round.formatVariant],
  ]
  return html`<dl class="facts">${rows.map(
    ([label, value]) => value && html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl>`
}

const OUTCOMES = {
  completed: 'the attack came through',
  held: 'held to the end',
  surrendered: '🏳️ given up',
  broken_off: 'broken off',
} as const

/** With a link where the text names a round. */
function countsOn({ round, text }: NonNullable<RoundReport['countsOn']>): Content {
  if (!round) return text
  const name = `round ${round.roundId}`
  const [before, ...after] = text.split(name)
  return html`${before}<a href="/rounds/${round.roundId}">${name}</a>${after.join(name)}`
}

/** Lines that nobody can read yet, named where their players would stand. */
function leftOut({ leftOut: warnings }: RoundReport): Html | null {
  if (warnings.length === 0) return null
  return html`<div class="notice"><p><b>Left out:</b> ${plural(warnings.length, 'player')} whose line is not understood yet.</p>
<ul class="warnings">${warnings.map(
    ({ message, actual }) =>
      html`<li>${message} ${actual !== null && html`<span class="quiet">GUID ${actual}</span>`}</li>`,
  )}</ul></div>`
}

/** Named in the heading, in every caption and beside the table: these are not the round's figures. */
function together({ bothRoundsTogether: both }: RoundReport): Html {
  if (!both) return html`<p class="quiet">The round’s own figures are not known yet.</p>`
  const table = (label: string, players: readonly TogetherPlayer[]) =>
    players.length > 0 &&
    html`<h3 class="side-heading">${label} <span class="quiet">rounds 1 and 2 together</span></h3>
${statTable({
  caption: `Rounds 1 and 2 together: players on ${label}`,
  heading: 'Player',
  nameOf: player => playerTag(player, { showsTeam: false }),
  sortNameOf: player => player.name,
  columns: TOGETHER_COLUMNS,
  rows: players,
})}`
  return html`<p class="quiet">These are the figures of both rounds together, as the file states them. They are in no total, ranking or award.</p>
${table('Axis', both.axis)}
${table('Allies', both.allies)}
${table('Spectators at the end', both.spectators)}`
}

const TOGETHER_COLUMNS = columnsOf(TOGETHER)

/** `Allies attacked and won in 5:48`. */
function sentence(round: RoundReport): string {
  const text = roundResult(round)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function players({ sides, defender }: RoundReport): Html {
  return html`${side('Axis', sides.axis, defender === 'axis')}
${side('Allies', sides.allies, defender === 'allies')}
${sides.spectators.length > 0 && side('Spectators at the end', { team: null, players: sides.spectators }, false)}`
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

/** Bots have none. */
function pageOf({ guid, isBot }: { guid: string; isBot: boolean }): { href?: string } {
  return isBot ? {} : { href: `/players/${guid}` }
}

function side(label: string, { team, players }: RoundReport['sides']['axis'], defended: boolean): Html {
  return html`<h3 class="side-heading">${label} ${team && teamMark(team)}${defended && html`<span class="quiet">defending</span>`}</h3>
${
  players.length === 0
    ? html`<p class="quiet">No figures.</p>`
    : statTable({
        caption: `Players on ${label}`,
        heading: 'Player',
        nameOf: player => playerTag(player, { showsTeam: false, ...pageOf(player) }),
        sortNameOf: player => player.name,
        columns: ROUND_COLUMNS,
        rows: players,
      })
}`
}

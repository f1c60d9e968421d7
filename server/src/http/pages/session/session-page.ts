import { inTurns } from '../../../in-turns.ts'
import { clock, hitPoints, plural } from '../../../report/forms.ts'
import type { NotCountedRound, SessionReport } from '../../../report/session-report.ts'
import { dateSpan } from '../dates.ts'
import { type Html, html } from '../html.ts'
import type { Page } from '../layout.ts'
import { SESSION_COLUMNS } from '../player-columns.ts'
import { nameOf, playerTag } from '../player-tag.ts'
import { columnLegend, statTable } from '../stat-table.ts'
import { awardsGrid } from './awards-grid.ts'
import { duelsSection } from './duels-section.ts'
import { lineUpsSection } from './line-ups-section.ts'
import { mapDetails } from './map-details.ts'
import { mapStrip } from './map-strip.ts'
import { playerDetails } from './player-details.ts'
import { recordsSection } from './records-section.ts'
import { type Names, scoreBoard } from './score-board.ts'
import { scoreText } from './score-text.ts'

/** A session's report. `version` changes with its data: pictures of another version have another address. */
export async function sessionPage(
  report: SessionReport,
  version: string,
): Promise<Omit<Page, 'address'> & { picture: PagePicture }> {
  const { session, server, local, matches, players, mapCount } = report
  const scores = matches.map(({ score, winner }) => ({ ...score, winner }))
  const best = players[0]
  const counts = `${plural(mapCount, 'map')} · ${plural(players.length, 'player')}`
  return {
    title: `Session ${session}: ${scoreText(scores)} · Debrief`,
    description: `${dateSpan(local)} on ${server} · ${counts}${best ? ` · most kills: ${best.name}, ${best.kills}` : ''}`,
    script: 'sort-table.js',
    picture: {
      path: picturePath(report, 'performance', version),
      alt: `Kills, deaths and damage of session ${session}`,
    },
    main: await sessionMain(report, version),
  }
}

interface PagePicture {
  path: string
  alt: string
}

async function sessionMain(report: SessionReport, version: string): Promise<Html> {
  const { session, server, matches, players, awards, notCounted, local, timezone, rounds } = report
  const name = nameOf(players)
  const isNumbered = matches.length > 1
  const maps = matches.flatMap(match => match.maps)
  const idOf = new Map(players.map(({ guid }, index) => [guid, `player-${index + 1}`]))
  const byMap = await inTurns(maps, map => mapDetails(map, name))
  const byPlayer = await inTurns(players, player => playerDetails(player, idOf.get(player.guid) ?? ''))
  return html`<div class="hero">
<p class="kicker">Session ${session} · ${server}</p>
<h1>${dateSpan(local)}</h1>
${matches.map(match => scoreBoard(match, isNumbered, name))}
${rounds.counted > 0 && tiles(report)}
${notCounted.length > 0 && html`<p class="notice"><b>Not in the figures:</b> ${notCounted.join(', ')}.${report.notCountedRounds.map(notCountedLink)}</p>`}
</div>
${
  maps.length > 0 &&
  html`<section aria-labelledby="maps"><h2 id="maps">Maps</h2>
${matches.map(match => html`${isNumbered && html`<h3 class="match-heading">Match ${match.number}</h3>`}${mapStrip(match.maps)}`)}
</section>`
}
${
  players.length > 0 &&
  html`<section aria-labelledby="players"><h2 id="players">Players</h2>
${statTable({
  caption: `Players of session ${session}`,
  heading: 'Player',
  nameOf: player =>
    playerTag(player, { href: player.isBot ? `#${idOf.get(player.guid) ?? ''}` : `/players/${player.guid}` }),
  sortNameOf: player => player.name,
  columns: SESSION_COLUMNS,
  rows: players,
})}
${columnLegend(SESSION_COLUMNS)}
</section>
<section aria-labelledby="pictures"><h2 id="pictures">Pictures</h2>
<div class="pictures">
${picture(report, 'performance', version, 'Bars by player: kills, deaths, damage per minute, minutes played and dead, play time denied. The same figures are in the table of players.')}
${picture(report, 'efficiency', version, 'Bars by player: damage given and received, their ratio, bullets fired, bullets per kill. The same figures are in the details of the players.')}
</div></section>`
}
${
  awards.length > 0 &&
  html`<section aria-labelledby="awards"><h2 id="awards">Awards</h2>${awardsGrid(awards, name)}
${report.roundAwards.length > 0 && roundAwards(report, name)}</section>`
}
${recordsSection(report, name)}
${duelsSection(report, name)}
${matches.length > 0 && html`<section aria-labelledby="line-ups"><h2 id="line-ups">Teams and line-ups</h2>${matches.map(match => lineUpsSection(match, isNumbered, name))}</section>`}
${maps.length > 0 && html`<section aria-labelledby="by-map"><h2 id="by-map">Map by map</h2>${byMap}</section>`}
${players.length > 0 && html`<section aria-labelledby="by-player"><h2 id="by-player">Player by player</h2>${byPlayer}</section>`}
<footer class="foot">
<p>Session ${session} · ${plural(rounds.counted, 'round')} counted · data last changed ${local.changed} (${timezone}).</p>
<p>A map is two rounds with sides swapped. Both held: 1 – 1; else 2 points for the winner of round 2, in which the attackers win only by beating the time (rule box-1). 🏳️: the attack was given up; it counts as held. Ratios are sums over sums; - is unknown.</p>
<p><a href="/api/v1/sessions/${session}">This report as JSON</a></p>
</footer>`
}

function roundAwards({ roundAwards: all }: SessionReport, name: Names): Html {
  return html`<p>Most awards of single rounds: ${all.map(
    ({ player, won }, index) => html`${index > 0 && ', '}${name(player)} <span class="quiet">${won}</span>`,
  )}</p>`
}

function notCountedLink({ roundId, map, roundNumber, status }: NotCountedRound): Html {
  const why = status === 'aborted' ? 'broken off' : 'waits'
  return html` <a href="/rounds/${roundId}">${map}, round ${roundNumber}</a> <span class="quiet">${why}</span>`
}

function tiles({ players, rounds, mapCount, totals }: SessionReport): Html {
  const facts = [
    [players.length, players.length === 1 ? 'player' : 'players'],
    [mapCount, mapCount === 1 ? 'map' : 'maps'],
    [rounds.counted, rounds.counted === 1 ? 'round' : 'rounds'],
    [totals.kills, 'kills'],
    [hitPoints(totals.damageGiven), 'damage'],
    [totals.dpm === null ? '-' : Math.round(totals.dpm), 'average DPM'],
    [clock(totals.secondsOfPlay), 'of play'],
  ] as const
  return html`<dl class="tiles">${facts.map(([figure, label]) => html`<div><dt>${label}</dt><dd>${figure}</dd></div>`)}</dl>`
}

function picturePath({ session }: SessionReport, kind: string, version: string): string {
  return `/sessions/${session}/${kind}.png?v=${version}`
}

function picture(report: SessionReport, kind: string, version: string, alt: string): Html {
  const path = picturePath(report, kind, version)
  return html`<a href="${path}"><img src="${path}" alt="${alt}" loading="lazy"></a>`
}

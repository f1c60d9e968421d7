import { showFigure } from '../../../report/figures.ts'
import { dpm, percent, plural, ratio, weaponLabel } from '../../../report/forms.ts'
import { METRIC_ROWS } from '../../../report/metrics-table.ts'
import type { PlayerModel } from '../../player-models.ts'
import { colouredName } from '../coloured-name.ts'
import { type Content, type Html, html } from '../html.ts'
import type { Page } from '../layout.ts'
import { day, jsonFoot, plainTable, playerLink } from './parts.ts'
import { linePlot } from './plots.ts'

/** One player over all time. */
export function playerPage(player: PlayerModel): Page {
  const { name, colouredName: coloured, guid, periods, sessions, names } = player
  const all = periods.all ?? null
  return {
    title: `${name} · Debrief`,
    description: all
      ? `${plural(all.rounds, 'round')} · K/D ${ratio(all.kd)} · ${dpm(all.dpm)}`
      : 'No counted game yet.',
    current: 'players',
    main: html`<div class="hero"><p class="kicker"><a href="/players">Players</a> · ${guid}</p>
<h1>${colouredName(coloured, name)}</h1>
${
  all
    ? html`<p class="result">${plural(all.rounds, 'round')}, ${all.mapsWon} of ${plural(all.maps, 'map')} won · ${days(all)}</p>`
    : html`<p class="notice">No game of his counts yet: a round needs two people or more on either side.</p>`
}</div>
${all && totals(player)}
${player.baseline.length > 0 && usual(player)}
${sessions.length > 1 && lines(player)}
${section('weapons', 'Weapons', player.weapons.length > 0 && weapons(player))}
${section('maps', 'Maps', player.maps.length > 0 && maps(player))}
${section('sides', 'Attack and defence', all && sides(player))}
${section('awards', 'Awards won', (player.awards.length > 0 || player.roundAwards.length > 0) && awards(player))}
${section('records', 'Records held', player.records.length > 0 && records(player))}
${section('rivals', 'Rivals', player.rivals.length > 0 && rivals(player))}
${section('sessions', 'Sessions', sessions.length > 0 && sessionTable(player))}
${section(
  'names',
  'Names',
  names.length > 0 &&
    plainTable(
      'Names',
      ['Name', 'First', 'Last'],
      names.map(each => [colouredName(each.colouredName, each.name), day(each.first), day(each.last)]),
    ),
)}
${jsonFoot(`/players/${guid}`)}`,
  }
}

function section(id: string, title: string, content: Content): Html | null {
  if (!content) return null
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`
}

const SHOWN_PERIODS = [
  ['session', 'Newest session'],
  ['30d', '30 days'],
  ['season', 'Season'],
  ['all', 'All time'],
] as const

/** Every figure that is known of him, by period; of those he played in. */
function totals({ periods }: PlayerModel): Html {
  const facts = METRIC_ROWS.filter(({ key }) => showFigure(key, periods.all ?? {}) !== '-')
  const own = SHOWN_PERIODS.flatMap(([word, title]) => {
    const figures = periods[word]
    return figures ? { title, figures } : []
  })
  const rows: Content[][] = [
    ['Rounds', ...own.map(({ figures }) => figures.rounds)],
    ['Maps won', ...own.map(({ figures }) => `${figures.mapsWon}/${figures.maps}`)],
    ...facts.map(({ key, label }) => [label, ...own.map(({ figures }) => showFigure(key, figures))]),
  ]
  return html`<section aria-labelledby="totals"><h2 id="totals">Totals</h2>${plainTable(
    'Totals by period',
    ['Figure', ...own.map(({ title }) => title)],
    rows,
  )}</section>`
}

function usual({ baseline, sessions }: PlayerModel): Html {
  return html`<section aria-labelledby="usual"><h2 id="usual">Against his own usual</h2>
<p class="quiet">His newest session (${sessions[0]?.date}) and the median of up to 20 before it. Marked where it is further off than his sessions usually are.</p>
<dl class="tiles">${baseline.map(
    ({ key, label, latest, usual: before, mark }) =>
      html`<div><dt>${label}</dt><dd>${figure(key, latest)}${mark && html` <span class="mark-${mark}">${mark === 'up' ? '▲ above' : '▼ below'}</span>`} <span class="quiet">usual ${figure(key, before)}</span></dd></div>`,
  )}</dl></section>`
}

function figure(key: PlayerModel['baseline'][number]['key'], value: number | null): string {
  return showFigure(key, { [key]: value })
}

/** Sessions on a line. */
const POINTS = 40

function lines({ sessions }: PlayerModel): Html {
  const shown = sessions.slice(0, POINTS).toReversed()
  const line = (
    label: string,
    of: (session: (typeof shown)[number]) => number | null,
    show: (value: number | null) => string,
  ) => {
    const values = shown.map(of)
    const known = values.filter(value => value !== null)
    if (known.length < 2) return null
    const text = `${label} by session, ${known.length} sessions: lowest ${show(Math.min(...known))}, highest ${show(Math.max(...known))}, newest ${show(known.at(-1) ?? null)}`
    return html`<figure class="panel">${linePlot(values, text)}<figcaption><b>${label}</b> <span class="quiet">${show(Math.min(...known))} to ${show(Math.max(...known))}, newest ${show(known.at(-1) ?? null)}</span></figcaption></figure>`
  }
  return html`<section aria-labelledby="lines"><h2 id="lines">By session</h2><div class="plots">
${line(
  'DPM',
  session => session.figures.dpm,
  value => dpm(value).replace(' DPM', ''),
)}
${line('K/D', session => session.figures.kd, ratio)}
${line('Accuracy', session => session.figures.accuracy, percent)}</div>
<p class="quiet">The same figures are in the table of sessions.</p></section>`
}

function weapons({ weapons: all }: PlayerModel): Html {
  return plainTable(
    'Weapons',
    ['Weapon', 'Kills', 'Deaths', 'Hits', 'Shots', 'Acc', 'HS', 'HS%'],
    all.map(w => [
      ...[weaponLabel(w.name), w.kills, w.deaths, w.hits, w.shots, percent(w.accuracy), w.headshots],
      percent(w.headshotPercent),
    ]),
  )
}

function maps({ maps: all }: PlayerModel): Html {
  return plainTable(
    'Maps',
    ['Map', 'Rounds', 'Won', 'K', 'D', 'K/D', 'DPM', 'DPM attacking', 'DPM defending'],
    all.map(map => [
      html`<a href="/maps/${encodeURIComponent(map.map)}">${map.map}</a>`,
      ...[map.rounds, `${map.mapsWon}/${map.maps}`, map.kills, map.deaths, ratio(map.kd)],
      ...[map.dpm, map.attack.dpm, map.defence.dpm].map(whole),
    ]),
  )
}

function whole(value: number | null): string {
  return value === null ? '-' : String(Math.round(value))
}

function sides({ sides: { attack, defence } }: PlayerModel): Html {
  return plainTable(
    'Attack and defence',
    ['Side', 'Rounds', 'Won', 'K', 'D', 'K/D', 'DPM'],
    (
      [
        ['Attack', attack],
        ['Defence', defence],
      ] as const
    ).map(([name, side]) => [
      ...[name, side.rounds, side.won, side.kills, side.deaths, ratio(side.kd), whole(side.dpm)],
    ]),
  )
}

function awards({ awards: ofEvenings, roundAwards }: PlayerModel): Html {
  const chips = (shown: readonly Html[]) =>
    html`<ul class="chips">${shown.map(each => html`<li class="chip">${each}</li> `)}</ul>`
  const ofRounds = (isHonour: boolean) =>
    roundAwards
      .filter(each => each.isHonour === isHonour)
      .map(
        ({ award, times, ofMaps }) =>
          html`${award} × ${times}${ofMaps > 0 && html` <span class="quiet">${ofMaps === times ? 'of whole maps' : `${ofMaps} of whole maps`}</span>`}`,
      )
  const [honours, others] = [ofRounds(true), ofRounds(false)]
  return html`${
    ofEvenings.length > 0 &&
    html`<h3>Of evenings</h3>${chips(ofEvenings.map(({ emoji, title, times }) => html`<span aria-hidden="true">${emoji}</span> ${title} × ${times}`))}`
  }${honours.length > 0 && html`<h3>Of single rounds</h3>${chips(honours)}`}${
    others.length > 0 &&
    html`<details class="fold"><summary>Awards that nobody wants</summary>${chips(others)}</details>`
  }`
}

const SCOPES: Record<string, string> = { round: 'of a round', map: 'of a map', session: 'of an evening' }

function records({ records: all }: PlayerModel): Html {
  return html`<ul class="plain">${all.map(
    ({ title, scope, map, figure: text, roundId }) =>
      html`<li><b>${title}</b> ${SCOPES[scope]}, ${map ?? 'all maps'}: <a href="/rounds/${roundId}">${text}</a></li>`,
  )}</ul>`
}

function rivals({ rivals: all, guid }: PlayerModel): Html {
  return plainTable(
    'Rivals',
    ['Player', 'Killed', 'Killed by', 'Rounds', 'Compare'],
    all.map(rival => [
      ...[playerLink(rival), rival.kills, rival.deaths, rival.rounds],
      html`<a href="/compare?a=${guid}&amp;b=${rival.guid}">compare<span class="unseen"> with ${rival.name}</span></a>`,
    ]),
  )
}

/** Shown at once; the others are folded. */
const RECENT_SESSIONS = 20

function sessionTable({ sessions }: PlayerModel): Html {
  const table = (caption: string, shown: typeof sessions) =>
    plainTable(
      caption,
      ['Session', 'Rounds', 'Maps won', 'K', 'D', 'K/D', 'DPM', 'Acc'],
      shown.map(({ session, date, rounds, maps: played, mapsWon, figures }) => [
        html`<a href="/sessions/${session}">${date}</a>`,
        ...[rounds, `${mapsWon}/${played}`, figures.kills, figures.deaths, ratio(figures.kd)],
        ...[whole(figures.dpm), percent(figures.accuracy)],
      ]),
    )
  const older = sessions.slice(RECENT_SESSIONS)
  return html`${table('Sessions', sessions.slice(0, RECENT_SESSIONS))}${
    older.length > 0 &&
    html`<details class="fold"><summary>${plural(older.length, 'earlier session')}</summary>${table('Earlier sessions', older)}</details>`
  }`
}

/** A day, or the first and the last. */
function days({ firstSeen, lastSeen }: { firstSeen: string; lastSeen: string }): string {
  const [first, last] = [day(firstSeen), day(lastSeen)]
  return first === last ? first : `${first} to ${last}`
}

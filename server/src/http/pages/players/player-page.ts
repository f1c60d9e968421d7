import { dpm, plural, ratio } from '../../../report/forms.ts'
import type { PlayerModel } from '../../player-models.ts'
import { colouredName } from '../coloured-name.ts'
import { type Content, type Html, html } from '../html.ts'
import type { Page } from '../layout.ts'
import { day, jsonFoot, plainTable } from './parts.ts'
import { awards, records } from './player-honours.ts'
import { lines, totals, usual } from './player-over-time.ts'
import { maps, rivals, sessionTable, sides, weapons } from './player-tables.ts'

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

/** A day, or the first and the last. */
function days({ firstSeen, lastSeen }: { firstSeen: string; lastSeen: string }): string {
  const [first, last] = [day(firstSeen), day(lastSeen)]
  return first === last ? first : `${first} to ${last}`
}

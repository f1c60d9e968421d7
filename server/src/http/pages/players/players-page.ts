import { dpm, percent, plural, ratio } from '../../../report/forms.ts'
import { PLAYER_SORTS } from '../../../report/players/player-models.ts'
import type { ListQuery, playerList } from '../../player-models.ts'
import { type Html, html } from '../html.ts'
import type { Page } from '../layout.ts'
import { day, jsonFoot, PERIODS, plainTable, playerLink, unsummedNotice } from './parts.ts'

type List = Awaited<ReturnType<typeof playerList>>

/** Everybody who played; a form that works without a script. */
export function playersPage(list: List, query: ListQuery, unsummed: number): Page {
  const more = new URLSearchParams({ ...wordsOf(query), cursor: list.next ?? '' })
  return {
    title: 'Players · Debrief',
    description: 'Everybody who played: K/D, damage, accuracy, revives.',
    current: 'players',
    main: html`<div class="hero"><h1>Players</h1></div>
${unsummedNotice(unsummed)}
${searchForm(query)}
<p class="quiet">${plural(list.total, 'player')}${query.search !== '' && html` found for “${query.search}”`}.</p>
${
  list.players.length > 0 &&
  plainTable(
    'Players',
    ['Player', 'Rounds', 'K/D', 'DPM', 'Acc', 'Revives', 'Last seen'],
    list.players.map(player => [
      playerLink(player),
      player.rounds,
      ratio(player.kd),
      dpm(player.dpm).replace(' DPM', ''),
      percent(player.accuracy),
      player.revives ?? '-',
      day(player.lastSeen),
    ]),
  )
}
${list.next !== null && html`<nav class="pager" aria-label="More players"><a href="/players?${more.toString()}" rel="next">More players</a></nav>`}
${jsonFoot('/players')}`,
  }
}

function wordsOf({ search, period, sort }: ListQuery) {
  return { search, period, sort }
}

function searchForm({ search, period, sort }: ListQuery): Html {
  return html`<form class="panel finder" action="/players">
<label>Name <input name="search" type="search" value="${search}" maxlength="100"></label>
<label>Period <select name="period">${PERIODS.map(([word, text]) => option(word, text, word === period))}${
    !PERIODS.some(([word]) => word === period) && option(period, period, true)
  }</select></label>
<label>Order <select name="sort">${PLAYER_SORTS.map(word => option(word, SORT_NAMES[word], word === sort))}</select></label>
<button class="button">Find</button>
</form>`
}

function option(value: string, text: string, isChosen: boolean): Html {
  return html`<option value="${value}"${isChosen && html` selected`}>${text}</option>`
}

const SORT_NAMES = {
  ...{ last_seen: 'Last seen', name: 'Name', rounds: 'Rounds', kd: 'K/D', dpm: 'DPM' },
  ...{ accuracy: 'Accuracy', revives: 'Revives' },
}

import { showFigure } from '../../../report/figures.ts'
import { count, dpm, killsDeathsGibs, percent, weaponLabel } from '../../../report/forms.ts'
import { METRIC_ROWS } from '../../../report/metrics-table.ts'
import type { PlayerTotals, WeaponTotals } from '../../../report/player-totals.ts'
import { type Html, html } from '../html.ts'
import { playerTag } from '../player-tag.ts'
import { type StatColumn, statTable } from '../stat-table.ts'

/** All that is known of a player's session: every figure, every weapon. `id` is where links to the player lead. */
export function playerDetails(player: PlayerTotals, id: string): Html {
  return html`<details class="fold" data-key="${player.guid}"><summary><span class="fold-title">${playerTag(player)}</span> <span class="quiet">${killsDeathsGibs(player)} · ${dpm(player.dpm)}</span></summary>
<div id="${id}">
${!player.isBot && html`<p><a href="/players/${player.guid}">All evenings of ${player.name}</a></p>`}
<dl class="facts">${facts(player)}</dl>
${
  player.weapons.length > 0 &&
  statTable({
    caption: `Weapons of ${player.name}`,
    heading: 'Weapon',
    nameOf: weapon => weaponLabel(weapon.name),
    sortNameOf: weapon => weapon.name,
    columns: WEAPON_COLUMNS,
    rows: player.weapons,
  })
}
</div>
</details>
`
}

/** Every row of the table of metrics that is not told elsewhere; what is unknown is left out. */
function facts(player: PlayerTotals): Html[] {
  const shown = METRIC_ROWS.filter(({ isNoFact }) => !isNoFact).map(({ key, label, beside = [] }) => {
    const figure = showFigure(key, player)
    const others = METRIC_ROWS.filter(other => beside.includes(other.key)).map(other =>
      showFigure(other.key, player),
    )
    return [label, figure, others.length === 0 ? figure : `${figure} (${others.join('/')})`] as const
  })
  const all = [['Rounds', count(player.rounds), count(player.rounds)] as const, ...shown]
  return all.flatMap(([label, figure, text]) =>
    figure === '-' ? [] : [html`<div><dt>${label}</dt><dd>${text}</dd></div>`],
  )
}

const WEAPON_COLUMNS: readonly StatColumn<WeaponTotals>[] = [
  { label: 'Kills', meaning: 'Kills', value: w => w.kills, show: w => count(w.kills), marksBest: true },
  { label: 'Deaths', meaning: 'Deaths by this weapon', value: w => w.deaths, show: w => count(w.deaths) },
  { label: 'Hits', meaning: 'Hits', value: w => w.hits, show: w => count(w.hits) },
  { label: 'Shots', meaning: 'Shots', value: w => w.shots, show: w => count(w.shots) },
  {
    label: 'Acc',
    meaning: 'Accuracy: hits per shot',
    value: w => w.accuracy,
    show: w => percent(w.accuracy),
  },
  { label: 'HS', meaning: 'Hits to the head', value: w => w.headshots, show: w => count(w.headshots) },
  {
    label: 'HS%',
    meaning: 'Hits to the head, of all hits',
    value: w => w.headshotPercent,
    show: w => percent(w.headshotPercent),
  },
]

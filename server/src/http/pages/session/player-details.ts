import { clock, count, dpm, hitPoints, killsDeathsGibs, percent, ratio } from '../../../report/forms.ts'
import type { PlayerTotals, WeaponTotals } from '../../../report/player-totals.ts'
import { type Html, html } from '../html.ts'
import { playerTag } from '../player-tag.ts'
import { type StatColumn, statTable } from '../stat-table.ts'

/** All that is known of a player's session: every figure, every weapon. `id` is where links to the player lead. */
export function playerDetails(player: PlayerTotals, id: string): Html {
  const facts = FACTS.flatMap(([label, show]) => {
    const shown = show(player)
    return shown === '-' ? [] : [html`<div><dt>${label}</dt><dd>${shown}</dd></div>`]
  })
  return html`<details class="fold"><summary><span class="fold-title">${playerTag(player)}</span> <span class="quiet">${killsDeathsGibs(player)} · ${dpm(player.dpm)}</span></summary>
<div id="${id}">
<dl class="facts">${facts}</dl>
${
  player.weapons.length > 0 &&
  statTable({
    caption: `Weapons of ${player.name}`,
    heading: 'Weapon',
    nameOf: weapon => weaponName(weapon.name),
    sortNameOf: weapon => weapon.name,
    columns: WEAPON_COLUMNS,
    rows: player.weapons,
  })
}
</div>
</details>
`
}

function weaponName(name: string): string {
  return name.replaceAll('_', ' ')
}

const FACTS: readonly [label: string, show: (player: PlayerTotals) => string][] = [
  ['Rounds', p => count(p.rounds)],
  ['Kills / deaths / gibs', killsDeathsGibs],
  ['K/D', p => ratio(p.kd)],
  ['Damage given', p => hitPoints(p.damageGiven)],
  ['Damage received', p => hitPoints(p.damageReceived)],
  ['Given for received', p => ratio(p.damageRatio)],
  ['Share of all damage', p => percent(p.damageShare)],
  ['Accuracy', p => (p.accuracy === null ? '-' : `${percent(p.accuracy)} (${p.hits}/${p.shots})`)],
  ['Hits to the head', p => `${p.headshots} (${percent(p.headshotPercent)})`],
  ['Headshot kills', p => count(p.headshotKills)],
  ['Bullets per kill', p => (p.bulletsPerKill === null ? '-' : p.bulletsPerKill.toFixed(1))],
  ['Useful kills', p => count(p.usefulKills)],
  ['Useless kills', p => count(p.uselessKills)],
  ['Kill assists', p => count(p.killAssists)],
  ['Kill steals', p => count(p.killSteals)],
  ['Best killing spree', p => count(p.killingSpree)],
  ['Worst death spree', p => count(p.deathSpree)],
  ['Multikills', p => multikills(p)],
  ['Revives given', p => count(p.revivesGiven)],
  ['Times revived', p => count(p.timesRevived)],
  ['Objectives stolen', p => count(p.objectivesStolen)],
  ['Objectives returned', p => count(p.objectivesReturned)],
  ['Dynamites planted', p => count(p.dynamitesPlanted)],
  ['Dynamites defused', p => count(p.dynamitesDefused)],
  ['Repairs and constructions', p => count(p.constructions)],
  ['Team damage given', p => hitPoints(p.teamDamageGiven)],
  ['Team kills', p => count(p.teamKills)],
  ['Self kills', p => count(p.selfKills)],
  ['XP', p => count(p.xp)],
  ['Time played', p => clock(p.secondsPlayed)],
  ['Time dead', p => clock(p.secondsDead)],
  ['Play time denied', p => clock(p.secondsDenied)],
]

function multikills({ multikills: kills }: PlayerTotals): string {
  if (kills === null) return '-'
  const kinds = [
    [kills.double, 'double'],
    [kills.triple, 'triple'],
    [kills.quad, 'quad'],
    [kills.five, 'five-fold'],
    [kills.six, 'six-fold'],
  ] as const
  const made = kinds.filter(([times]) => times > 0).map(([times, kind]) => `${times} ${kind}`)
  return made.length === 0 ? 'none' : made.join(', ')
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

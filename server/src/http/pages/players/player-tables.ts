import { percent, plural, ratio, weaponLabel } from '../../../report/forms.ts'
import type { PlayerModel } from '../../player-models.ts'
import { type Html, html } from '../html.ts'
import { plainTable, playerLink } from './parts.ts'

export function weapons({ weapons: all }: PlayerModel): Html {
  return plainTable(
    'Weapons',
    ['Weapon', 'Kills', 'Deaths', 'Hits', 'Shots', 'Acc', 'HS', 'HS%'],
    all.map(w => [
      ...[weaponLabel(w.name), w.kills, w.deaths, w.hits, w.shots, percent(w.accuracy), w.headshots],
      percent(w.headshotPercent),
    ]),
  )
}

export function maps({ maps: all }: PlayerModel): Html {
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

export function sides({ sides: { attack, defence } }: PlayerModel): Html {
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

export function rivals({ rivals: all, guid }: PlayerModel): Html {
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

export function sessionTable({ sessions }: PlayerModel): Html {
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

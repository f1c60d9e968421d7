import type { Canvas } from '@napi-rs/canvas'
import { clock, count } from '../report/forms.ts'
import type { Panel } from './bar-panel.ts'
import { drawPanels } from './draw-panels.ts'
import type { BarPlayer, PictureData } from './picture-data.ts'
import { playerName } from './player-name.ts'
import { THEME } from './theme.ts'

/** Six panels: kills, deaths, DPM, time played, time dead, play time denied. */
export function performancePicture(data: PictureData): Canvas {
  const panel = (
    title: string,
    note: string,
    color: string,
    value: (player: BarPlayer) => number | null,
    label: (value: number | null) => string,
  ): Panel => ({
    title,
    note,
    rows: data.players.map(player => ({
      name: playerName(player),
      bars: [{ value: value(player), label: label(value(player)), color }],
    })),
  })
  return drawPanels(data, 'Performance', [
    panel('Kills', '', THEME.green, player => player.kills, count),
    panel('Deaths', '', THEME.red, player => player.deaths, count),
    panel('DPM', 'damage per minute', THEME.blurple, player => player.dpm, rounded),
    panel('Minutes played', '', THEME.teal, player => player.secondsPlayed, clock),
    panel('Minutes dead', '', THEME.grey, player => player.secondsDead, clock),
    panel('Play time denied', 'to others', THEME.violet, player => player.secondsDenied, clock),
  ])
}

function rounded(value: number | null): string {
  return value === null ? '-' : String(Math.round(value))
}

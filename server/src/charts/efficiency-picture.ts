import type { Canvas } from '@napi-rs/canvas'
import { count, hitPoints, ratio } from '../report/forms.ts'
import { drawPanels } from './draw-panels.ts'
import type { PictureData } from './picture-data.ts'
import { playerName } from './player-name.ts'
import { THEME } from './theme.ts'

/** Four panels: damage given and received, their ratio, bullets fired, bullets per kill. */
export function efficiencyPicture(data: PictureData): Canvas {
  const { players } = data
  return drawPanels(data, 'Efficiency', [
    {
      title: 'Damage',
      note: 'given above received',
      rows: players.map(player => ({
        name: playerName(player),
        bars: [
          { value: player.damageGiven, label: hitPoints(player.damageGiven), color: THEME.green },
          { value: player.damageReceived, label: hitPoints(player.damageReceived), color: THEME.red },
        ],
      })),
    },
    {
      title: 'Damage ratio',
      note: 'given / received, line at 1.0',
      mark: 1,
      rows: players.map(player => ({
        name: playerName(player),
        bars: [
          {
            value: player.damageRatio,
            label: ratio(player.damageRatio),
            color: ratioColor(player.damageRatio),
          },
        ],
      })),
    },
    {
      title: 'Bullets fired',
      rows: players.map(player => ({
        name: playerName(player),
        bars: [{ value: player.bulletsFired, label: count(player.bulletsFired), color: THEME.orange }],
      })),
    },
    {
      title: 'Bullets per kill',
      note: 'fewer is better',
      rows: players.map(player => ({
        name: playerName(player),
        bars: [
          {
            value: player.bulletsPerKill,
            label: player.bulletsPerKill === null ? '-' : player.bulletsPerKill.toFixed(1),
            color: THEME.violet,
          },
        ],
      })),
    },
  ])
}

function ratioColor(value: number | null): string {
  if (value === null) return THEME.grey
  if (value > 1.5) return THEME.green
  return value > 1 ? THEME.yellow : THEME.red
}

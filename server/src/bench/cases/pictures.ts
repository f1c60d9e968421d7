import { createCanvas } from '@napi-rs/canvas'
import { efficiencyPicture } from '../../charts/efficiency-picture.ts'
import { encodePng } from '../../charts/encode-png.ts'
import { performancePicture } from '../../charts/performance-picture.ts'
import type { BarPlayer, PictureData } from '../../charts/picture-data.ts'
import { type Measurement, percentile } from '../measurement.ts'
import type { World } from '../world.ts'

/** Both pictures of a session of twelve, beside a cleared canvas of the same size as PNG. */
export async function pictures({ isShort }: World): Promise<Measurement[]> {
  const data: PictureData = {
    title: 'Session 1 · A 6 - 4 B',
    subtitle: '2026-01-01 · 10 maps · 12 players',
    players: Array.from({ length: 12 }, (_, index) => player(index)),
    rest: null,
  }
  const drawn: number[] = []
  const cleared: number[] = []
  for (let turn = 0; turn < (isShort ? 2 : 20); turn += 1) {
    const startedAt = performance.now()
    const canvases = [performancePicture(data), efficiencyPicture(data)]
    await Promise.all(canvases.map(encodePng))
    const drawnAt = performance.now()
    const blank = canvases.map(({ width, height }) => {
      const canvas = createCanvas(width, height)
      canvas.getContext('2d').clearRect(0, 0, width, height)
      return canvas
    })
    await Promise.all(blank.map(canvas => canvas.encode('png')))
    drawn.push(drawnAt - startedAt)
    cleared.push(performance.now() - drawnAt)
  }
  return [
    {
      name: 'both pictures of a session',
      value: percentile(drawn, 0.5),
      unit: 'ms',
      peer: { name: 'two cleared canvases as PNG', value: percentile(cleared, 0.5) },
      reach: { of: 'ratio', most: 4 },
    },
  ]
}

function player(index: number): BarPlayer {
  return {
    ...{ name: `player ${index}`, isBot: false, team: index % 2 === 0 ? 'A' : 'B' },
    ...{ kills: 120 - 7 * index, deaths: 80 + index, dpm: 300 - 12 * index },
    ...{ secondsPlayed: 9_000, secondsDead: 1_500 + 60 * index, secondsDenied: 900 + 40 * index },
    ...{ damageGiven: 24_000 - 900 * index, damageReceived: 20_000, damageRatio: 1.2 },
    ...{ bulletsFired: 4_000 + 90 * index, bulletsPerKill: 33 + index },
  }
}

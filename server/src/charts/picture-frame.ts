import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import { text } from './bar-panel.ts'
import { drawable } from './drawable.ts'
import { THEME } from './theme.ts'

export interface Heading {
  title: string
  subtitle: string
  /** What kind of picture it is, at the right. */
  kind: string
}

export const FRAME_TOP = 74

/** An empty picture under its heading; `height` in points, all of it. */
export function openPicture(
  { title, subtitle, kind }: Heading,
  height: number,
): { canvas: Canvas; context: SKRSContext2D } {
  const { width, scale, margin } = THEME
  const canvas = createCanvas(width * scale, height * scale)
  const context = canvas.getContext('2d')
  context.scale(scale, scale)
  context.fillStyle = THEME.background
  context.fillRect(0, 0, width, height)
  context.textBaseline = 'middle'
  const kindStyle = { weight: 700, size: 18, color: THEME.dim, align: 'right' } as const
  const kindWidth = text(context, kind, width - margin, 28, kindStyle)
  const room = width - 2 * margin
  text(context, drawable(title), margin, 28, { weight: 700, size: 24, room: room - kindWidth - 16 })
  text(context, subtitle, margin, 54, { size: 16, color: THEME.dim, room })
  return { canvas, context }
}

import type { Canvas, SKRSContext2D } from '@napi-rs/canvas'
import { roundRect, text } from './bar-panel.ts'
import { FRAME_TOP, openPicture } from './picture-frame.ts'
import { THEME } from './theme.ts'

/** A player's figures session by session: one line for each figure. */
export interface LinesData {
  /** The player's name. */
  title: string
  subtitle: string
  lines: Line[]
  /** Under the first and the last point: dates. */
  from: string
  to: string
}

export interface Line {
  title: string
  /** In the order of sessions; null: not known. */
  points: LinePoint[]
  /** What is usual for the player: the median; null: too few sessions to say. */
  usual: { value: number; label: string } | null
}

export interface LinePoint {
  value: number | null
  label: string
  /** Beyond what is usual for him, and where; null: as usual. */
  mark: 'up' | 'down' | null
}

const PANEL = 148
const HEAD = 36
const FOOT = 24
const PADDING = 14
/** Room at the right for the last value. */
const LAST = 86
const DATES = 26

/** Panels below each other, each a line with the usual as a broken one, and a mark where a session was beyond it. */
export function linesPicture({ title, subtitle, lines, from, to }: LinesData): Canvas {
  const { width, margin, gap } = THEME
  const height = FRAME_TOP + lines.length * (PANEL + gap) - gap + DATES + margin / 2
  const { canvas, context } = openPicture({ title, subtitle, kind: 'By session' }, height)
  let top = FRAME_TOP
  for (const line of lines) {
    drawLine(context, line, margin, top, width - 2 * margin)
    top += PANEL + gap
  }
  const dates = { size: 15, color: THEME.dim } as const
  text(context, from, margin + PADDING, top - gap + DATES / 2 + 2, dates)
  if (to !== from)
    text(context, to, width - margin - LAST, top - gap + DATES / 2 + 2, { ...dates, align: 'right' })
  return canvas
}

function drawLine(context: SKRSContext2D, line: Line, x: number, y: number, width: number): void {
  roundRect(context, x, y, width, PANEL, 10, THEME.panel)
  text(context, line.title, x + PADDING, y + HEAD / 2 + 2, { weight: 700, size: 17 })
  if (line.usual) {
    const style = { size: 15, color: THEME.dim, align: 'right' } as const
    text(context, `usual ${line.usual.label}`, x + width - PADDING, y + HEAD / 2 + 2, style)
  }
  const known = line.points.map(({ value }) => value).filter(value => value !== null)
  if (known.length === 0) {
    text(context, 'not known', x + PADDING, y + PANEL / 2 + 8, { size: 16, color: THEME.dim })
    return
  }
  const all = line.usual ? [...known, line.usual.value] : known
  const [least, most] = [Math.min(...all), Math.max(...all)]
  const inner = {
    left: x + PADDING + 6,
    right: x + width - LAST,
    top: y + HEAD + 10,
    bottom: y + PANEL - FOOT,
  }
  const placeX = (index: number) =>
    line.points.length === 1
      ? inner.right
      : inner.left + ((inner.right - inner.left) * index) / (line.points.length - 1)
  // A figure that never changes is a line in the middle.
  const placeY = (value: number) =>
    most === least
      ? (inner.top + inner.bottom) / 2
      : inner.bottom - ((inner.bottom - inner.top) * (value - least)) / (most - least)
  if (line.usual) drawUsual(context, inner.left, inner.right, placeY(line.usual.value))
  drawPath(context, line.points, placeX, placeY)
  for (const [index, { value, mark }] of line.points.entries()) {
    if (value !== null) drawPoint(context, placeX(index), placeY(value), mark)
  }
  const last = line.points.at(-1)
  if (last && last.value !== null) {
    const arrow = last.mark === null ? '' : last.mark === 'up' ? '▲ ' : '▼ '
    const style = { weight: 700, size: 17, align: 'right', room: LAST - PADDING - 16 } as const
    text(context, `${arrow}${last.label}`, x + width - PADDING, placeY(last.value), style)
  }
}

function drawUsual(context: SKRSContext2D, left: number, right: number, y: number): void {
  context.fillStyle = THEME.dim
  for (let x = left; x < right; x += 9) context.fillRect(x, y - 0.75, 5, 1.5)
}

/** Sessions without a figure leave a gap. */
function drawPath(
  context: SKRSContext2D,
  points: readonly LinePoint[],
  placeX: (index: number) => number,
  placeY: (value: number) => number,
): void {
  context.strokeStyle = THEME.lineOf
  context.lineWidth = 2.5
  context.lineJoin = 'round'
  context.beginPath()
  let isOpen = false
  for (const [index, { value }] of points.entries()) {
    if (value !== null && isOpen) context.lineTo(placeX(index), placeY(value))
    else if (value !== null) context.moveTo(placeX(index), placeY(value))
    isOpen = value !== null
  }
  context.stroke()
}

/** Up and down differ in shape too, for those who see no difference of colours. */
function drawPoint(context: SKRSContext2D, x: number, y: number, mark: LinePoint['mark']): void {
  context.beginPath()
  if (mark === null) {
    context.fillStyle = THEME.lineOf
    context.arc(x, y, 3.5, 0, 2 * Math.PI)
  } else {
    const tip = mark === 'up' ? -7 : 7
    context.fillStyle = mark === 'up' ? THEME.better : THEME.worse
    context.moveTo(x, y + tip)
    context.lineTo(x - 7, y - tip * 0.7)
    context.lineTo(x + 7, y - tip * 0.7)
    context.closePath()
  }
  context.fill()
}

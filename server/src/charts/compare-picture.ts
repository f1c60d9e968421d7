import type { Canvas, SKRSContext2D } from '@napi-rs/canvas'
import { roundRect, text } from './bar-panel.ts'
import { drawable } from './drawable.ts'
import { FRAME_TOP, openPicture } from './picture-frame.ts'
import { THEME } from './theme.ts'

/** Two players side by side, a line for each figure. */
export interface ComparisonData {
  subtitle: string
  names: [a: string, b: string]
  rows: ComparisonRow[]
}

export interface ComparisonRow {
  title: string
  a: ComparedValue
  b: ComparedValue
  /** Who is ahead; null: neither, or the figure is no matter of better and worse. */
  better: 'a' | 'b' | null
}

interface ComparedValue {
  value: number | null
  label: string
}

const ROW = 46
const NAMES = 44
const MIDDLE = 150
const PADDING = 12
const BAR = 30

/** Bars that grow from the middle to either side; the longer of the two fills its half. */
export function comparePicture({ subtitle, names, rows }: ComparisonData): Canvas {
  const { width, margin } = THEME
  const height = FRAME_TOP + NAMES + rows.length * ROW + PADDING + margin
  const title = names.map(drawable).join(' · ')
  const { canvas, context } = openPicture({ title, subtitle, kind: 'Compared' }, height)
  roundRect(context, margin, FRAME_TOP, width - 2 * margin, height - FRAME_TOP - margin, 10, THEME.panel)
  const half = (width - 2 * margin - MIDDLE) / 2 - PADDING
  const [left, right] = [margin + PADDING, width - margin - PADDING]
  const named = { weight: 700, size: 17, room: half } as const
  text(context, drawable(names[0]), left, FRAME_TOP + NAMES / 2 + 2, named)
  text(context, drawable(names[1]), right, FRAME_TOP + NAMES / 2 + 2, { ...named, align: 'right' })
  for (const [index, row] of rows.entries()) {
    const middle = FRAME_TOP + NAMES + index * ROW + ROW / 2
    const most = Math.max(row.a.value ?? 0, row.b.value ?? 0)
    const length = (value: number | null) =>
      most > 0 && value !== null ? (half * Math.max(0, value)) / most : 0
    drawSide(
      context,
      { ...row.a, isBetter: row.better === 'a' },
      left + half,
      middle,
      -length(row.a.value),
      half,
    )
    drawSide(
      context,
      { ...row.b, isBetter: row.better === 'b' },
      right - half,
      middle,
      length(row.b.value),
      half,
    )
    context.font = ''
    const style = { size: 16, color: THEME.dim } as const
    const titleWidth = measure(context, row.title, style.size)
    text(context, row.title, width / 2 - Math.min(titleWidth, MIDDLE) / 2, middle + 1, {
      ...style,
      room: MIDDLE - 8,
    })
  }
  return canvas
}

interface Side extends ComparedValue {
  isBetter: boolean
}

/** From `inner`, beside the middle, outwards: `length` is negative to the left. */
function drawSide(
  context: SKRSContext2D,
  { label, isBetter }: Side,
  inner: number,
  middle: number,
  length: number,
  half: number,
): void {
  const isLeft = length < 0 || Object.is(length, -0)
  const from = (size: number) => (isLeft ? inner - size : inner)
  roundRect(context, from(half), middle - BAR / 2, half, BAR, 4, THEME.track)
  const size = Math.abs(length)
  if (size > 0) {
    const color = isBetter ? THEME.green : THEME.grey
    roundRect(
      context,
      from(Math.max(3, size)),
      middle - BAR / 2,
      Math.max(3, size),
      BAR,
      Math.min(4, size / 2),
      color,
    )
  }
  const shown = isBetter ? `${label} ◆` : label
  const style = { weight: isBetter ? 700 : 400, size: 17, room: half - 20 } as const
  if (isLeft) text(context, shown, inner - 10, middle + 1, { ...style, align: 'right' })
  else text(context, shown, inner + 10, middle + 1, style)
}

function measure(context: SKRSContext2D, line: string, size: number): number {
  const style = { size, color: THEME.panel } as const
  return text(context, line, -10_000, 0, style)
}

import type { SKRSContext2D } from '@napi-rs/canvas'
import { FONT_FAMILIES, loadFontsFor } from './fonts.ts'
import { THEME } from './theme.ts'

export interface Panel {
  title: string
  /** What a bar means, beside the title. */
  note?: string
  rows: PanelRow[]
  /** Where a line is drawn, in the unit of the bars. */
  mark?: number
}

interface PanelRow {
  name: string
  /** One bar, or two below each other. */
  bars: Bar[]
}

interface Bar {
  /** Null: not known, drawn as `-`. */
  value: number | null
  label: string
  color: string
}

const HEAD = 40
const ROW = 27
const BAR = 23
const SECOND_BAR = 18
const PADDING = 12
const TEXT = 16

export function panelHeight(rowCount: number, barsPerRow: number): number {
  return HEAD + rowCount * rowHeight(barsPerRow) + PADDING
}

function rowHeight(barsPerRow: number): number {
  return barsPerRow > 1 ? ROW + SECOND_BAR + 2 : ROW
}

/**
 * A panel of bars by player. The name stands on its bar, so that it has the panel's whole width: a name is never
 * shortened, a very long one is drawn smaller.
 */
export function drawPanel(
  context: SKRSContext2D,
  panel: Panel,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  const step = (height - HEAD - PADDING) / Math.max(1, panel.rows.length)
  roundRect(context, x, y, width, height, 10, THEME.panel)
  context.textBaseline = 'middle'
  text(context, panel.title, x + PADDING, y + HEAD / 2 + 1, { weight: 700, size: 17 })
  if (panel.note)
    text(context, panel.note, x + width - PADDING, y + HEAD / 2 + 1, {
      color: THEME.dim,
      size: 13,
      align: 'right',
    })
  const most = Math.max(0, panel.mark ?? 0, ...panel.rows.flatMap(row => row.bars.map(bar => bar.value ?? 0)))
  const inner = width - 2 * PADDING
  let top = y + HEAD
  for (const { name, bars } of panel.rows) {
    let barTop = top + (step - rowHeight(bars.length)) / 2
    for (const [index, bar] of bars.entries()) {
      const barHeight = index === 0 ? BAR : SECOND_BAR
      roundRect(context, x + PADDING, barTop, inner, barHeight, 4, THEME.track)
      const length = most > 0 && bar.value !== null ? (inner * bar.value) / most : 0
      if (length > 0)
        roundRect(
          context,
          x + PADDING,
          barTop,
          Math.max(3, length),
          barHeight,
          Math.min(4, length / 2),
          bar.color,
        )
      const middle = barTop + barHeight / 2 + 1
      const labelSize = index === 0 ? TEXT : 13
      const labelWidth = text(context, bar.label, x + width - PADDING - 7, middle, {
        weight: 700,
        size: labelSize,
        align: 'right',
      })
      if (index === 0)
        text(context, name, x + PADDING + 7, middle, { size: TEXT, room: inner - labelWidth - 24 })
      barTop += barHeight + 2
    }
    top += step
  }
  if (panel.mark !== undefined && most > 0)
    drawMark(context, x + PADDING + (inner * panel.mark) / most, y + HEAD, top)
}

/** In front, but thin and half clear: names and values stay legible. */
function drawMark(context: SKRSContext2D, x: number, top: number, bottom: number): void {
  context.save()
  context.globalAlpha = 0.55
  context.fillStyle = THEME.line
  for (let y = top - 2; y < bottom - 3; y += 6) context.fillRect(x - 0.75, y, 1.5, 3)
  context.restore()
}

interface TextStyle {
  size: number
  weight?: 400 | 700
  color?: string
  align?: 'left' | 'right'
  /** A longer text is drawn smaller, never cut. */
  room?: number
}

/** Draws one line of text and gives its width. */
export function text(context: SKRSContext2D, line: string, x: number, y: number, style: TextStyle): number {
  const { size, weight = 400, color = THEME.text, align = 'left', room } = style
  loadFontsFor(line)
  const font = (px: number) => `${weight} ${px}px ${FONT_FAMILIES}`
  context.font = font(size)
  context.textAlign = align
  context.fillStyle = color
  const natural = context.measureText(line).width
  if (room !== undefined && natural > room) context.font = font((size * room) / natural)
  context.fillText(line, x, y)
  return Math.min(natural, room ?? natural)
}

export function roundRect(
  context: SKRSContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
  color: string,
): void {
  context.fillStyle = color
  context.beginPath()
  context.roundRect(x, y, width, height, radius)
  context.fill()
}

import { type Canvas, createCanvas } from '@napi-rs/canvas'
import { drawPanel, type Panel, panelHeight, text } from './bar-panel.ts'
import { drawable } from './drawable.ts'
import type { PictureData } from './picture-data.ts'
import { THEME } from './theme.ts'

const HEADER = 74
const FOOTER = 30

/** A picture of panels, two to a line, under the session's title. */
export function drawPanels(data: PictureData, heading: string, panels: readonly Panel[]): Canvas {
  const shown = panels.map(drawablePanel)
  const { width, scale, margin, gap } = THEME
  const lines = pairs(shown)
  const heights = lines.map(line =>
    Math.max(
      ...line.map(panel => panelHeight(Math.max(1, panel.rows.length), panel.rows[0]?.bars.length ?? 1)),
    ),
  )
  const content = heights.reduce((total, height) => total + height + gap, 0)
  const height = HEADER + content - gap + (data.rest === null ? margin : FOOTER + margin / 2)
  const canvas = createCanvas(width * scale, height * scale)
  const context = canvas.getContext('2d')
  context.scale(scale, scale)
  context.fillStyle = THEME.background
  context.fillRect(0, 0, width, height)

  context.textBaseline = 'middle'
  text(context, data.title, margin, 28, { weight: 700, size: 24 })
  text(context, heading, width - margin, 28, { weight: 700, size: 18, color: THEME.dim, align: 'right' })
  text(context, data.subtitle, margin, 54, { size: 16, color: THEME.dim })
  const panelWidth = (width - 2 * margin - gap) / 2
  let top = HEADER
  for (const [index, line] of lines.entries()) {
    const panelsHeight = heights[index] ?? 0
    for (const [column, panel] of line.entries()) {
      drawPanel(context, panel, margin + column * (panelWidth + gap), top, panelWidth, panelsHeight)
    }
    top += panelsHeight + gap
  }
  if (data.rest !== null) {
    text(
      context,
      data.rest,
      width / 2 - context.measureText(data.rest).width / 2,
      top - gap + FOOTER / 2 + 4,
      {
        size: 16,
        color: THEME.dim,
        room: width - 2 * margin,
      },
    )
  }
  return canvas
}

function drawablePanel(panel: Panel): Panel {
  const rows = panel.rows.map(row => ({ ...row, name: drawable(row.name) }))
  return {
    ...panel,
    rows:
      rows.length > 0 ? rows : [{ name: 'nobody', bars: [{ value: null, label: '-', color: THEME.grey }] }],
  }
}

function pairs(panels: readonly Panel[]): Panel[][] {
  return panels.flatMap((panel, index) => {
    const next = panels[index + 1]
    return index % 2 === 1 ? [] : [next ? [panel, next] : [panel]]
  })
}

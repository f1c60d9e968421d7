import { type Html, html } from '../html.ts'

const [WIDTH, HEIGHT, EDGE] = [320, 60, 6]

/** A small line, the oldest left. `text` says the same in words, for those who do not see it. */
export function linePlot(values: readonly (number | null)[], text: string): Html {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]))
  const [low, high] = [Math.min(...known.map(each => each.value)), Math.max(...known.map(each => each.value))]
  const at = ({ value, index }: { value: number; index: number }) => {
    const x = EDGE + ((WIDTH - 2 * EDGE) * index) / Math.max(1, values.length - 1)
    const y = HEIGHT - EDGE - ((HEIGHT - 2 * EDGE) * (value - low)) / (high - low || 1)
    return [x.toFixed(1), y.toFixed(1)] as const
  }
  const last = known.at(-1)
  const [x, y] = last ? at(last) : ['0', '0']
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${text}"><polyline points="${known.map(each => at(each).join(',')).join(' ')}"/>${last && html`<circle cx="${x}" cy="${y}" r="3.5"/>`}</svg>`
}

/** Each time a stroke, the fastest left. */
export function stripPlot(seconds: readonly number[], text: string): Html {
  const [low, high] = [Math.min(...seconds), Math.max(...seconds)]
  const xOf = (value: number) => (EDGE + ((WIDTH - 2 * EDGE) * (value - low)) / (high - low || 1)).toFixed(1)
  return html`<svg class="plot strip" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${text}">${[
    ...new Set(seconds.map(xOf)),
  ].map(x => html`<line x1="${x}" x2="${x}" y1="10" y2="50"/>`)}</svg>`
}

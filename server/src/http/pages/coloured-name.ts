import { shownText } from '../../report/shown-name.ts'
import { etColour } from './et-colours.ts'
import { type Html, html } from './html.ts'

/**
 * A name in its colours: each stretch after `^c` in a class of its own. `name` is shown where the colours hide all of
 * it. The text is escaped like any other, and reads in its own direction.
 */
export function colouredName(coloured: string, name: string): Html {
  const pieces = [...shownText(coloured).matchAll(/(?:\^([^^]))?((?:\^(?=\^|$)|[^^])*)/gu)]
  const spans = pieces.flatMap(([, code, text]) => {
    if (!text) return []
    return [code === undefined ? html`${text}` : html`<span class="c${etColour(code)}">${text}</span>`]
  })
  const text = pieces.map(([, , text]) => text).join('')
  return html`<bdi class="name">${text === name ? spans : name}</bdi>`
}

import { colouredName } from '../coloured-name.ts'
import { type Content, type Html, html } from '../html.ts'

/** A name that leads to the player's page. */
export function playerLink({ guid, name, colouredName: coloured }: Named): Html {
  return html`<a href="/players/${guid}">${colouredName(coloured, name)}</a>`
}

export interface Named {
  guid: string
  name: string
  colouredName: string
}

export function day(iso: string): string {
  return iso.slice(0, 10)
}

/** A row of links, of which one is where we are. */
export function choices(
  label: string,
  links: readonly { href: string; text: string; isHere: boolean }[],
): Html {
  return html`<nav class="choices" aria-label="${label}"><ul>${links.map(
    ({ href, text, isHere }) =>
      html`<li><a href="${href}"${isHere && html` aria-current="page"`}>${text}</a></li>`,
  )}</ul></nav>`
}

export const PERIODS = [
  ['session', 'Newest session'],
  ['30d', '30 days'],
  ['season', 'Season'],
  ['all', 'All time'],
] as const

/** A table of texts; the first cell of a row names it. */
export function plainTable(caption: string, headings: readonly string[], rows: readonly Content[][]): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="stats">
<caption class="unseen">${caption}</caption>
<thead><tr>${headings.map(heading => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) =>
      html`<tr><th scope="row">${first}</th>${rest.map(cell => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`
}

export function jsonFoot(path: string): Html {
  return html`<footer class="foot"><p>Counted rounds of people, two or more on either side. Ratios are sums over sums; - is unknown. <a href="/api/v1${path}">This page as JSON</a></p></footer>`
}

export function unsummedNotice(sessions: number): Html | null {
  if (sessions === 0) return null
  return html`<p class="notice" role="status">${sessions} earlier sessions are still being summed; figures grow until they are.</p>`
}

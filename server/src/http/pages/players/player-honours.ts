import type { PlayerModel } from '../../player-models.ts'
import { type Html, html } from '../html.ts'

export function awards({ awards: ofEvenings, roundAwards }: PlayerModel): Html {
  const chips = (shown: readonly Html[]) =>
    html`<ul class="chips">${shown.map(each => html`<li class="chip">${each}</li> `)}</ul>`
  const ofRounds = (isHonour: boolean) =>
    roundAwards
      .filter(each => each.isHonour === isHonour)
      .map(
        ({ award, times, ofMaps }) =>
          html`${award} × ${times}${ofMaps > 0 && html` <span class="quiet">${ofMaps === times ? 'of whole maps' : `${ofMaps} of whole maps`}</span>`}`,
      )
  const [honours, others] = [ofRounds(true), ofRounds(false)]
  return html`${
    ofEvenings.length > 0 &&
    html`<h3>Of evenings</h3>${chips(ofEvenings.map(({ emoji, title, times }) => html`<span aria-hidden="true">${emoji}</span> ${title} × ${times}`))}`
  }${honours.length > 0 && html`<h3>Of single rounds</h3>${chips(honours)}`}${
    others.length > 0 &&
    html`<details class="fold"><summary>Awards that nobody wants</summary>${chips(others)}</details>`
  }`
}

const SCOPES: Record<string, string> = { round: 'of a round', map: 'of a map', session: 'of an evening' }

export function records({ records: all }: PlayerModel): Html {
  return html`<ul class="plain">${all.map(
    ({ title, scope, map, figure: text, roundId }) =>
      html`<li><b>${title}</b> ${SCOPES[scope]}, ${map ?? 'all maps'}: <a href="/rounds/${roundId}">${text}</a></li>`,
  )}</ul>`
}

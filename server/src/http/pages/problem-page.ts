import type { Problem } from '@debrief/shared'
import { html } from './html.ts'
import { layout } from './layout.ts'

/** A problem for people: the same title and sentence that a program gets. */
export function problemPage({ status, title, detail, retriable }: Problem): string {
  return layout({
    title: `${title} · Debrief`,
    description: detail,
    main: html`<section class="problem">
<p class="status">${status}</p>
<h1>${title}</h1>
<p>${detail}</p>
<p>${retriable ? html`Try again in a moment, or go` : 'Go'} to <a href="/">the sessions</a>.</p>
</section>`,
  })
}
